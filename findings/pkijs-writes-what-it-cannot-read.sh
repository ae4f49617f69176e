#!/bin/bash
# pkijs: certificate timestamps (SCTs) and other names that it has read are written in a form that nobody reads, itself included.
#
# Versions: pkijs 4.0.0, asn1js 4.0.0 (npm), cryptography 50.0.2 (PyPI), Python 3.11, Node.js.
# Expected: RFC 6962, section 3.3: the extension holds a list of SCTs, each with its length in front. RFC 5280, section 4.2.1.6: an
#   otherName among the alternative names has the tag [0] in place of that of its sequence. What the classes have read, toSchema()
#   should write, as it does for DNS names.
# Seen: two SCTs of 117 bytes each are read rightly. toSchema().toBER() gives 3,010 bytes for 243: each SCT is followed by zeros, which the
#   length in front of it does not count, and the length of the list fits neither. A user principal name, 33 octets, comes out with a
#   second [0] around it, in 35. pkijs reads neither result ("Object's schema was not verified"), and cryptography raises ValueError for
#   certificates with them.
# Why it matters: tools that issue certificates, or change a precertificate into one, write such extensions, and every smart card for
#   Windows has such a name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts pkijs@4.0.0 asn1js@4.0.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cryptography==50.0.2

cat > rewrite.js <<'JS'
const { fromBER } = require("asn1js");
const { GeneralNames, SignedCertificateTimestampList } = require("pkijs");

const [classes, members] = [{ scts: SignedCertificateTimestampList, names: GeneralNames }, { scts: "timestamps", names: "names" }];
const [kind, original] = process.argv.slice(2);
const read = (hex) => new classes[kind]({ schema: fromBER(new Uint8Array(Buffer.from(hex, "hex")).buffer).result });
const count = (hex) => {
  try {
    return read(hex)[members[kind]].length;
  } catch (error) {
    return error.message.split(" for ")[0];
  }
};
const written = Buffer.from(read(original).toSchema().toBER()).toString("hex");
console.log(JSON.stringify([count(original), written, count(written)]));
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


def by_cryptography(identifier, extension):
    """How many entries cryptography finds in a certificate with the extension."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(datetime.datetime(2026, 1, 1)).not_valid_after(datetime.datetime(2049, 1, 1))
    certificate = builder.add_extension(x509.UnrecognizedExtension(identifier, extension), critical=False).sign(key, hashes.SHA256())
    try:
        return len(list(certificate.extensions.get_extension_for_oid(identifier).value))
    except ValueError as error:
        return type(error).__name__


def names(*general_names):
    return x509.SubjectAlternativeName(general_names).public_bytes()


scts = sized(b"".join(map(sized, (sct(1), sct(2)))))
principal = x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), b"\x0c\x0du@example.com")
seen = {}
for title, kind, identifier, original in (
    ("SCTs", "scts", SCT_LIST, b"\4\x81" + bytes([len(scts)]) + scts),
    ("DNS name", "names", x509.SubjectAlternativeName.oid, names(x509.DNSName("localhost"))),
    ("principal name", "names", x509.SubjectAlternativeName.oid, names(principal)),
):
    output = subprocess.run(["node", "rewrite.js", kind, original.hex()], capture_output=True, text=True, check=True).stdout
    count, written, again = json.loads(output)
    written = bytes.fromhex(written)
    before = len(original), count, by_cryptography(identifier, original)
    after = len(written), again, by_cryptography(identifier, written)
    print("{}: {} bytes, of which pkijs reads {}, cryptography {}".format(title, *before))
    print("  written: {} bytes, of which pkijs reads {}, cryptography {}".format(*after))
    seen[title] = before, after
error = "Object's schema was not verified against input data"
expected = {
    "SCTs": ((243, 2, 2), (3010, error, "ValueError")),
    "DNS name": ((13, 1, 1), (13, 1, 1)),
    "principal name": ((33, 1, 1), (35, error, "ValueError")),
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
