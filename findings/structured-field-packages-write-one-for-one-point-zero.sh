#!/bin/bash
# structured-headers, structured-field-values, @svta/cml-structured-field-values: "1.0" is read, and "1" is written, which is of another type.
#
# Versions: structured-headers 2.1.0, structured-field-values 2.0.4, @svta/cml-structured-field-values 1.1.6 with @svta/cml-utils 1.6.1,
#   http-message-signatures 1.0.6 (npm), Node.js; http-sf 1.5.0 (PyPI), Python 3.11.
# Expected: RFC 9651 (and 8941), section 3.3: Integer and Decimal are different types; section 4.1.5: a Decimal is written with at least one
#   digit behind the point. RFC 9421, section 2.1.1: a component with "sf" is signed as the field is written anew by these rules.
# Seen: "1.0" becomes the number 1 and is written "1"; so does "5;q=1.0", and ("c" 2.0) in a list. http-sf writes "1.0", "5;q=1.0", "2.0".
#   In http-message-signatures the line to sign for '"priority";sf' of "u=1.0" is "u=1".
# Why it matters: a definition that wants a Decimal (a weight, a ratio, a price) refuses an Integer: the whole field is ignored, for round
#   numbers only. A signature over a component with "sf" does not verify with anybody who keeps the type.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts structured-headers@2.1.0 structured-field-values@2.0.4 \
    @svta/cml-structured-field-values@1.1.6 @svta/cml-utils@1.6.1 http-message-signatures@1.0.6 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check http-sf==1.5.0

cat > find.mjs <<'JS'
import * as headers from "structured-headers";
import * as values from "structured-field-values";
import * as cml from "@svta/cml-structured-field-values";
import { httpbis } from "http-message-signatures";

const item = ["1.0", "1.5", "5;q=1.0"];
const list = ['("c" 2.0)'];
const seen = [
  [...item.map((text) => headers.serializeItem(headers.parseItem(text))), ...list.map((text) => headers.serializeList(headers.parseList(text)))],
  [...item.map((text) => values.encodeItem(values.decodeItem(text))), ...list.map((text) => values.encodeList(values.decodeList(text)))],
  [...item.map((text) => cml.encodeSfItem(cml.decodeSfItem(text))), ...list.map((text) => cml.encodeSfList(cml.decodeSfList(text)))],
];
const request = { method: "GET", url: "https://example.org/", headers: { priority: "u=1.0" } };
seen.push(httpbis.createSignatureBase({ fields: ["priority;sf"] }, request)[0][1]);
console.log(JSON.stringify(seen));
JS
cat > find.py <<'PY'
import json
import subprocess
import sys

import http_sf

output = subprocess.run(["node", "find.mjs"], capture_output=True, text=True, check=True, timeout=30).stdout
*packages, signed = json.loads(output)
right = [http_sf.ser(http_sf.parse(text, tltype="item")) for text in (b"1.0", b"1.5", b"5;q=1.0")]
right.append(http_sf.ser(http_sf.parse(b'("c" 2.0)', tltype="list")))
for name, written in zip(["structured-headers", "structured-field-values", "@svta/cml-structured-field-values"], packages, strict=True):
    print(f"{name}: {written}")
print(f"http-sf: {right}")
print(f'to be signed for "priority";sf of u=1.0: {signed}')
wrong = ["1", "1.5", "5;q=1", '("c" 2)']
assert right == ["1.0", "1.5", "5;q=1.0", '("c" 2.0)']
sys.exit(packages != [wrong] * 3 or signed != ["u=1"])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
