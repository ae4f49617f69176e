#!/bin/bash
# dkim (npm): no signature with simple canonicalization of the header verifies, nor one with a simple body that has an empty line in it.
#
# Versions: dkim 0.8.0 (npm), Node.js; dkimpy 1.1.8, dnspython 2.7.0 (PyPI), Python 3.11, to sign and to verify as well; OpenSSL 3.0 for the key.
# Expected: RFC 6376: "simple" is the canonicalization of header and body where a signature names none (section 3.5, c=). Section 3.4.3: the simple
#   body loses empty lines at its end, and nothing else. Section 3.7: the signature itself is hashed with the value of its b= taken out.
# Seen: of eight mails that dkimpy signs and verifies, dkim verifies three. In simple headers it leaves b= as it is, so the signature does not fit;
#   of simple bodies it takes out the first empty line, wherever it is: "Body hash did not verify".
# Why it matters: simple is what a signature means that names none. All mails of some senders fail, and of others those that have a second paragraph.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dkim@0.8.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dkimpy==1.1.8 dnspython==2.7.0
openssl genrsa -traditional -out key.pem 2048 2>openssl.log
openssl rsa -in key.pem -pubout -outform DER -out key.der 2>openssl.log

cat > sign.py <<'PY'
import base64
import itertools
import pathlib

import dkim

RECORD = b"v=DKIM1; k=rsa; p=" + base64.b64encode(pathlib.Path("key.der").read_bytes())
pathlib.Path("record").write_bytes(RECORD)
HEAD = b"From: <a@example.com>\r\nTo: <b@example.net>\r\nSubject: Hello\r\n\r\n"
BODIES = {"one paragraph": b"Hello\r\n", "two paragraphs": b"Hello\r\n\r\nBye\r\n"}
for header, body, (what, text) in itertools.product((b"relaxed", b"simple"), (b"relaxed", b"simple"), BODIES.items()):
    message = HEAD + text
    signature = dkim.sign(
        message, b"s", b"example.com", pathlib.Path("key.pem").read_bytes(), canonicalize=(header, body), include_headers=[b"from", b"subject"]
    )
    assert dkim.verify(signature + message, dnsfunc=lambda name, timeout=5: RECORD)
    pathlib.Path(f"{header.decode()}, {body.decode()}, {what}.eml").write_bytes(signature + message)
PY
cat > find.js <<'JS'
const dns = require("dns");
const fs = require("fs");

// The one record of this world.
dns.resolve = (name, type, callback) => callback(null, [[fs.readFileSync("record", "latin1")]]);
const { processBody, verify } = require("dkim");
console.log("simple body:", JSON.stringify(processBody("Hello\r\n\r\nBye\r\n", "simple")));
for (const file of fs.readdirSync(".").filter((name) => name.endsWith(".eml")).sort()) {
  verify(fs.readFileSync(file), (error, results) => {
    const [{ verified, error: reason }] = results;
    console.log(`${file}: ${verified || reason.message}`);
  });
}
JS
venv/bin/python sign.py
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
simple body: "Hello\r\nBye\r\n\r\n"
relaxed, relaxed, one paragraph.eml: true
relaxed, relaxed, two paragraphs.eml: true
relaxed, simple, one paragraph.eml: true
relaxed, simple, two paragraphs.eml: Body hash did not verify
simple, relaxed, one paragraph.eml: Signature did not verify
simple, relaxed, two paragraphs.eml: Signature did not verify
simple, simple, one paragraph.eml: Signature did not verify
simple, simple, two paragraphs.eml: Body hash did not verify
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
