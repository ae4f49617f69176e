#!/bin/bash
# jsrsasign: a subject with a UniversalString ends in "Erorr is not defined".
#
# Versions: jsrsasign 11.1.5 (npm), cryptography 50.0.2 (PyPI) to make the certificate, Node.js.
# Expected: RFC 5280, section 4.1.2.4: a DirectoryString may be a UniversalString (in certificates that exist; new ones should use
#   UTF8String). Node's X509Certificate, cryptography and pkijs read it.
# Seen: jsrsasign knows five string types and not this one; the statement that should say so is misspelled, so that the caller
#   gets "ReferenceError: Erorr is not defined", wrapped in "improper ASN.1 parsed", instead of the type. A BMPString it reads.
# Why it matters: rare as such names are, the error blames the certificate's ASN.1 and hides that only a string type is missing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts jsrsasign@11.1.5 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cryptography==50.0.2
venv/bin/python - <<'PY'
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

key = ec.generate_private_key(ec.SECP256R1())
for kind in ("UTF8String", "BMPString", "UniversalString"):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root", _type=_ASN1Type[kind])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2026, 1, 1))
        .not_valid_after(datetime.datetime(2036, 1, 1))
        .sign(key, hashes.SHA256())
    )
    with open(f"{kind}.pem", "wb") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
PY

cat > find.js <<'JS'
const fs = require("fs");
const { X509Certificate } = require("crypto");
const { X509 } = require("jsrsasign");

const seen = ["UTF8String", "BMPString", "UniversalString"].map((kind) => {
  const pem = fs.readFileSync(kind + ".pem", "utf8");
  const certificate = new X509();
  certificate.readCertPEM(pem);
  let subject;
  try {
    subject = certificate.getSubjectString();
  } catch (error) {
    subject = String(error.message || error);
  }
  console.log(`${kind}: Node ${new X509Certificate(pem).subject}, jsrsasign ${subject}`);
  return subject;
});
const same = seen[0] === "/CN=Root" && seen[1] === "/CN=Root" && seen[2].includes("ReferenceError: Erorr is not defined");
process.exit(same ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
