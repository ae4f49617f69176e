#!/bin/bash
# cert-info: a certificate valid until 2050 has "expired" in 2024, and one issued in 1999 will be issued in 2099.
#
# Versions: cert-info 1.5.1 (npm), Node.js for comparison.
# Expected: RFC 5280, section 4.1.2.5: dates from 2050 on are GeneralizedTime, with four digits for the year; in a UTCTime the years 50
#   to 99 are 1950 to 1999.
# Seen: cert-info reads every date as UTCTime with two digits for the year and adds 2000. Of 20500101000000Z
#   it makes year 20, month 50, day 1, hour 1, that is, 2024-02-01 01:00; 1999-01-01 becomes 2099-01-01.
#   Node's own X509Certificate reads both rightly.
# Why it matters: private CAs, devices and test tools use long lives (RFC 5280 has 99991231235959Z for "no end"), and tools that
#   renew by `expiresAt` renew such a certificate at each start.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cert-info@1.5.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cryptography==50.0.2
venv/bin/python - <<'PY'
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
certificate = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(key.public_key())
    .serial_number(1)
    .not_valid_before(datetime.datetime(1999, 1, 1))
    .not_valid_after(datetime.datetime(2050, 1, 1))
    .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    .sign(key, hashes.SHA256())
)
with open("cert.pem", "wb") as file:
    file.write(certificate.public_bytes(serialization.Encoding.PEM))
PY

cat > find.js <<'JS'
process.env.TZ = "UTC";
const fs = require("fs");
const { X509Certificate } = require("crypto");
const pem = fs.readFileSync("cert.pem", "utf8");
const node = new X509Certificate(pem);
const year = (date) => new Date(date).getUTCFullYear();
const info = require("cert-info").info(pem);
console.log("Node:     ", node.validFrom, "to", node.validTo);
console.log("cert-info:", new Date(info.issuedAt).toISOString(), "to", new Date(info.expiresAt).toISOString());
const seen = [year(node.validFrom), year(node.validTo), year(info.issuedAt), year(info.expiresAt)];
process.exit(JSON.stringify(seen) === "[1999,2050,2099,2024]" ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
