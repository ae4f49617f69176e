#!/bin/bash
# pkijs: a list of certificate timestamps (SCTs) that it has read is more than ten times as long when it is written, and unreadable.
#
# Versions: pkijs 4.0.0, asn1js 4.0.0 (npm), cryptography 50.0.2 (PyPI), Python 3.11, Node.js.
# Expected: RFC 6962, section 3.3: the extension holds a list of SCTs, each with its length in front. What fromBER() has read, toSchema() should
#   write; it does so for the certificates around it.
# Seen: two SCTs of 117 bytes each are read rightly. toSchema().toBER() gives 3,010 bytes for 243: each SCT is followed by zeros, which the
#   length in front of it does not count, and the length of the list fits neither. pkijs cannot read the result itself ("Object's schema
#   was not verified"), and cryptography raises ValueError for a certificate with it. toStream() of a single SCT is right.
# Why it matters: tools that issue certificates, or change a precertificate into one, write this extension; what pkijs writes is taken by
#   nobody.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts pkijs@4.0.0 asn1js@4.0.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cryptography==50.0.2

cat > rewrite.js <<'JS'
const { fromBER } = require("asn1js");
const { SignedCertificateTimestampList } = require("pkijs");

const read = (hex) => new SignedCertificateTimestampList({ schema: fromBER(new Uint8Array(Buffer.from(hex, "hex")).buffer).result });
const list = read(process.argv[2]);
const written = Buffer.from(list.toSchema().toBER()).toString("hex");
let again;
try {
  again = read(written).timestamps.length;
} catch (error) {
  again = error.message;
}
const streams = list.timestamps.map((sct) => Buffer.from(sct.toStream().buffer).toString("hex"));
console.log(JSON.stringify({ read: list.timestamps.length, written, again, streams }));
JS
cat > find.py <<'PY'
import datetime
import json
import subprocess
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

SCT_LIST = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
key = ec.generate_private_key(ec.SECP256R1())


def sized(data):
    return len(data).to_bytes(2) + data


def sct(log):
    """An SCT with a made-up signature of seventy bytes."""
    return b"\0" + bytes([log] * 32) + (1795911206123).to_bytes(8) + sized(b"") + b"\4\3" + sized(bytes(range(70)))


def by_cryptography(extension):
    """How many SCTs cryptography finds in a certificate with the extension."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(datetime.datetime(2026, 1, 1)).not_valid_after(datetime.datetime(2049, 1, 1))
    certificate = builder.add_extension(x509.UnrecognizedExtension(SCT_LIST, extension), critical=False).sign(key, hashes.SHA256())
    try:
        return len(certificate.extensions.get_extension_for_oid(SCT_LIST).value)
    except ValueError as error:
        return type(error).__name__


scts = [sct(1), sct(2)]
tls = sized(b"".join(map(sized, scts)))
original = b"\4\x81" + bytes([len(tls)]) + tls
output = subprocess.run(["node", "rewrite.js", original.hex()], capture_output=True, text=True, check=True).stdout
seen = json.loads(output)
written = bytes.fromhex(seen["written"])
right = [sized(sct).hex() for sct in scts] == seen["streams"]
print(f"original: {len(original)} bytes, SCTs found by pkijs {seen['read']}, by cryptography {by_cryptography(original)}")
print(f"written:  {len(written)} bytes, SCTs found by pkijs {seen['again']}, by cryptography {by_cryptography(written)}")
print(f"single SCTs are written rightly: {right}")
found = (seen["read"], by_cryptography(original), right, len(original), len(written), seen["again"], by_cryptography(written))
error = "Object's schema was not verified against input data for SignedCertificateTimestampList"
sys.exit(found != (2, 2, True, 243, 3010, error, "ValueError"))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
