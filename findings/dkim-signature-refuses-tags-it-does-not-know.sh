#!/bin/bash
# dkim-signature, dkim-key: a tag that they do not know is an error, and a key without a type gets a wrong one.
#
# Versions: dkim-signature 1.3.0, dkim-key 1.3.0 (npm), Node.js; dkimpy 1.1.8 (PyPI), Python 3.11.
# Expected: RFC 6376, section 3.2: "Unrecognized tags MUST be ignored"; section 3.5: z= holds copied header fields divided by "|", each a
#   name, a colon and the value; section 3.6.1: k= is the key type, and its default is "rsa".
# Seen: both raise 'Unknown field name "xx"' for a tag xx=1, which dkimpy reads. copiedHeaders of "z=From:jo=40example.org|To:x" is ["From",
#   "jo=40example.org|To", "x"], which are neither fields nor names. The type of a key record without k= is "rsa-sha256", and it is written
#   as k=rsa-sha256, which no verifier knows.
# Why it matters: new tags come with each extension, and experiments and senders have their own: the signature, or the key of a whole
#   domain, cannot be read then.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dkim-signature@1.3.0 dkim-key@1.3.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dkimpy==1.1.8

cat > find.js <<'JS'
const signature = require("dkim-signature");
const key = require("dkim-key");

const attempt = (run) => {
  try {
    return run();
  } catch (error) {
    return error.message;
  }
};
const [field, extended, record, extendedRecord] = process.argv.slice(2);
console.log(JSON.stringify({
  signature: attempt(() => signature.parse(field).domain),
  "signature with another tag": attempt(() => signature.parse(extended).domain),
  copied: attempt(() => signature.parse(field).copiedHeaders),
  key: attempt(() => key.parse(record).type),
  written: attempt(() => key.parse(record).toString()),
  "key with another tag": attempt(() => key.parse(extendedRecord).type),
}));
JS
cat > find.py <<'PY'
import json
import subprocess
import sys

from dkim.util import parse_tag_value

FIELD = "v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=AAAA; b=AAAA; z=From:jo=40example.org|To:x"
RECORD = "v=DKIM1; p=AAAA"
inputs = [FIELD, FIELD + "; xx=1", RECORD, RECORD + "; xx=1"]
for text in inputs:
    parse_tag_value(text.encode())  # It raises an error for what is not right.
seen = json.loads(subprocess.run(["node", "find.js", *inputs], capture_output=True, text=True, check=True, timeout=30).stdout)
for what, value in seen.items():
    print(f"{what}: {value}")
print("dkimpy:", parse_tag_value(inputs[1].encode())[b"z"], parse_tag_value(inputs[1].encode())[b"d"])
expected = {
    "signature": "example.org",
    "signature with another tag": 'Unknown field name "xx"',
    "copied": ["From", "jo=40example.org|To", "x"],
    "key": "rsa-sha256",
    "written": "v=DKIM1; k=rsa-sha256; p=AAAA",
    "key with another tag": 'Unknown field name "xx"',
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
