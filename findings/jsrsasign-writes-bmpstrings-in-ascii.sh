#!/bin/bash
# jsrsasign: a name with a BMPString that it has read is written with one byte for each character, and nobody can read the result.
#
# Versions: jsrsasign 11.1.5 (npm), cryptography 50.0.2 (PyPI) to make the first certificate, Node.js and OpenSSL 3.0 as readers.
# Expected: X.690, section 8.23: a BMPString has two octets for each character. RFC 5280, section 4.1.2.4, has it among the types of a
#   DirectoryString. What X509.getSubject() gives is meant for `issuer` of a new certificate, and says which type each value has.
# Seen: the subject O=Example as a BMPString is read as "Example" of the type "bmp". The library issues a certificate with it as issuer, without
#   an error, in which it has seven octets: Node and OpenSSL refuse that ("bmpstring is wrong length"). With an even number of letters they
#   read other characters: "Test" becomes U+5465 U+7374. With a UTF8String all is well.
# Why it matters: CAs of older Windows networks have such names. What is issued under them has an issuer that is not the CA's subject, so that
#   its chain is not found, or cannot be read at all.
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

key = ec.generate_private_key(ec.SECP256R1())
for file, text, kind in (
    ("utf8", "Example", _ASN1Type.UTF8String),
    ("odd", "Example", _ASN1Type.BMPString),
    ("even", "Test", _ASN1Type.BMPString),
):
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, text, _type=kind)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(datetime.datetime(2026, 1, 1)).not_valid_after(datetime.datetime(2049, 1, 1))
    with open(file + ".pem", "wb") as output:
        output.write(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
PY

cat > find.js <<'JS'
const fs = require("fs");
const { X509Certificate } = require("crypto");
const { KEYUTIL, KJUR, X509 } = require("jsrsasign");

const keys = KEYUTIL.generateKeypair("EC", "secp256r1");
const seen = {};
for (const file of ["utf8", "odd", "even"]) {
  const pem = fs.readFileSync(file + ".pem", "utf8");
  const ca = new X509(pem);
  const issued = new KJUR.asn1.x509.Certificate({
    version: 3,
    serial: { int: 2 },
    issuer: ca.getSubject(),
    notbefore: "260101000000Z",
    notafter: "490101000000Z",
    subject: { str: "/CN=localhost" },
    sbjpubkey: keys.pubKeyObj,
    sigalg: "SHA256withECDSA",
    cakey: keys.prvKeyObj,
  }).getPEM();
  let issuer;
  try {
    issuer = new X509Certificate(issued).issuer;
  } catch (error) {
    issuer = error.message.split(":").pop();
  }
  const subject = ca.getSubject().array[0][0];
  seen[file] = [subject.value, subject.ds, new X509Certificate(pem).subject, issuer];
  console.log(`${file}: jsrsasign reads ${subject.value} (${subject.ds}); Node reads ${seen[file][2]} from the CA, ${issuer} from the issued`);
}
const expected = {
  utf8: ["Example", "utf8", "O=Example", "O=Example"],
  odd: ["Example", "bmp", "O=Example", "bmpstring is wrong length"],
  even: ["Test", "bmp", "O=Test", "O=\u5465\u7374"],
};
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
