#!/bin/bash
# dkim-signer: its signature of a mail with an empty body fits nothing, and neither does that of a text with a non-breaking space or a form feed.
#
# Versions: dkim-signer 0.2.2 (npm), Node.js; dkimpy 1.1.8, dnspython 2.7.0 (PyPI), Python 3.11, to verify; OpenSSL 3.0 for the key.
# Expected: RFC 6376, section 3.4.4: the relaxed body has runs of WSP, which are blanks and tabs (section 2.8), as one blank each; and an empty body
#   stays empty, with the hash 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=.
# Seen: of seven mails that it has signed dkimpy verifies three. For an empty body, or one of empty lines, it hashes a line end. A non-breaking
#   space, which is two octets in UTF-8, and a form feed become blanks before the hash is made, and are sent as they are.
# Why it matters: the mail fails DKIM and with it DMARC at the receiver. Notes that are a subject only, and texts from word processors sent as 8bit,
#   disappear, and others by the same program arrive.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dkim-signer@0.2.2 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dkimpy==1.1.8 dnspython==2.7.0
openssl genrsa -traditional -out key.pem 2048 2>openssl.log
openssl rsa -in key.pem -pubout -outform DER -out key.der 2>openssl.log

cat > sign.js <<'JS'
const fs = require("fs");
const { DKIMSign } = require("dkim-signer");

const head = "From: a@example.com\r\nTo: b@example.net\r\nSubject: Hello\r\nContent-Type: text/plain; charset=utf-8\r\n";
const bodies = {
  "one line": "Hello\r\n",
  "two blanks": "Hello  there\r\n\r\nBye \t\r\n\r\n",
  umlaut: "Grüße\r\n",
  empty: "",
  "empty lines": "\r\n\r\n",
  "non-breaking space": "10\u00a0km\r\n",
  "form feed": "one\f\r\ntwo\r\n",
};
const options = { domainName: "example.com", keySelector: "s", privateKey: fs.readFileSync("key.pem") };
const mails = Object.entries(bodies).map(([name, body]) => [name, `${DKIMSign(`${head}\r\n${body}`, options)}\r\n${head}\r\n${body}`]);
fs.writeFileSync("mails.json", JSON.stringify(mails));
JS
cat > verify.py <<'PY'
import base64
import json
import pathlib

import dkim

record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(pathlib.Path("key.der").read_bytes())
for name, mail in json.loads(pathlib.Path("mails.json").read_text()):
    print(f"{name}: {dkim.verify(mail.encode(), dnsfunc=lambda name, timeout=5: record)}")
PY
timeout 60 node --no-deprecation sign.js
timeout 60 venv/bin/python verify.py | tee seen
cat > expected <<'TEXT'
one line: True
two blanks: True
umlaut: True
empty: False
empty lines: False
non-breaking space: False
form feed: False
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
