#!/bin/bash
# @peculiar/x509: of an organization called The "Example" Company only Example gets into the certificate.
#
# Versions: @peculiar/x509 2.2.0 with reflect-metadata 0.2.2 (npm), Node.js, OpenSSL 3.0 and cryptography 50.0.2 (PyPI) for comparison.
# Expected: a name given as JSON, [{ O: ["..."] }], holds values, not the text of a distinguished name, so nothing in them is special; it is also
#   what the library's own toJSON() returns, without escapes. In text, RFC 4514, section 3: a backslash before two hexadecimal digits stands
#   for that byte, before another special character for the character.
# Seen: values in JSON are read as if they were text: quotation marks cut away all that is outside them, and a backslash vanishes, so
#   DOMAIN\user becomes DOMAINuser. fromJSON(toJSON()) of a certificate's subject is another subject. In text, "CN=a\2Cb" gives "a2Cb" instead of
#   "a,b", "CN=\C3\A9" gives "C3A9" instead of "é", and "CN=end\\" an empty name. No error is raised; cryptography reads all three rightly.
# Why it matters: whoever renews a certificate from the subject of the old one gets another name, which is not noticed until something
#   compares them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @peculiar/x509@2.2.0 reflect-metadata@0.2.2 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cryptography==50.0.2
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/O=The "Example" Company/CN=DOMAIN\\user' \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > names.js <<'JS'
require("reflect-metadata");
const fs = require("fs");
const { Name, X509Certificate } = require("@peculiar/x509");

const subject = new X509Certificate(fs.readFileSync("cert.pem", "utf8")).subjectName.toJSON();
const again = new Name(new Uint8Array(new Name(subject).toArrayBuffer())).toJSON();
const texts = JSON.parse(process.argv[2]).map((text) => new Name(text).toJSON()[0].CN[0]);
console.log(JSON.stringify({ subject, again, texts }));
JS
cat > find.py <<'PY'
import json
import subprocess
import sys

from cryptography import x509

texts = ["CN=end\\\\", r"CN=a\2Cb", r"CN=\C3\A9", r"CN=a\,b"]
output = subprocess.run(["node", "names.js", json.dumps(texts)], capture_output=True, text=True, check=True).stdout
seen = json.loads(output)
print(f"subject of the certificate: {seen['subject']}")
print(f"the name made from it:      {seen['again']}")
by_cryptography = [list(x509.Name.from_rfc4514_string(text))[0].value for text in texts]
for text, theirs, name in zip(texts, by_cryptography, seen["texts"]):
    print(f"text {text}: cryptography {theirs!r}, @peculiar/x509 {name!r}")
same = seen["subject"] == [{"O": ['The "Example" Company']}, {"CN": ["DOMAIN\\user"]}]
same = same and seen["again"] == [{"O": ["Example"]}, {"CN": ["DOMAINuser"]}]
same = same and by_cryptography == ["end\\", "a,b", "é", "a,b"] and seen["texts"] == ["", "a2Cb", "C3A9", "a,b"]
sys.exit(not same)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
