#!/bin/bash
# iso_8583: fields 64 and 128, the authentication code of 64 bits, hold 32; a longer one is refused when writing, and cut when reading.
#
# Versions: iso_8583 2.6.7 (npm), Node.js; pyiso8583 4.0.1 (PyPI), Python 3.11.
# Expected: ISO 8583:1987: fields 52 (PIN data), 64 and 128 (message authentication code) are "b 64",  eight octets each.
# Seen: field 52 takes 16 digits and becomes eight octets. With 16 digits in field 64 or 128 getBufferMessage() gives the error "invalid
#   length of data on field 64"; eight digits are written as four octets, which pyiso8583 refuses: "Field data is 4 bytes, expecting 8".
#   getIsoJSON() of pyiso8583's message with eight octets gives the first four, without an error.
# Why it matters: banks want field 64 or 128 on each message. None can be sent, and none that comes can be checked.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts iso_8583@2.6.7 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyiso8583==4.0.1

cat > write.js <<'JS'
const Message = require("iso_8583");

const written = new Message(JSON.parse(process.argv[2])).getBufferMessage();
console.log(JSON.stringify(written.error || written.subarray(2).toString("hex")));
JS
cat > read.js <<'JS'
const Message = require("iso_8583");

const fields = new Message({}).getIsoJSON(Buffer.from(process.argv[2], "hex"), { lenHeader: false });
console.log(JSON.stringify(fields));
JS
cat > find.py <<'PY'
import copy
import json
import subprocess
import sys

import iso8583
from iso8583.specs import default_ascii

spec = copy.deepcopy(default_ascii)
spec["p"].update(data_enc="b", max_len=8)  # The bitmaps as octets, as iso_8583 has them.
spec["1"].update(data_enc="b", max_len=8)
for field in "52", "64", "128":
    spec[field].update(data_enc="b", max_len=8)
FIELDS = {
    "0": "0200", "2": "4761739001010119", "3": "000000", "4": "000000005000", "7": "0911131411", "11": "000001", "12": "131411",
    "13": "0911", "22": "051", "25": "00", "32": "423935", "41": "12345678", "42": "MERCHANT_000001", "49": "404",
}


def node(script, argument):
    output = subprocess.run(["node", script, argument], capture_output=True, text=True, check=True, timeout=30).stdout
    return json.loads(output.splitlines()[-1])


def python(octets):
    try:
        return iso8583.decode(bytes.fromhex(octets), spec)[0]
    except iso8583.DecodeError as error:
        return error.msg


def show(what, value):
    print(f"{what}: {value}")
    return value


code = "AABBCCDD00112233"
seen = [show("52 with 16 digits, as pyiso8583 reads it", python(node("write.js", json.dumps(FIELDS | {"52": code})))["52"])]
for field in "64", "128":
    seen.append(show(f"{field} with 16 digits", node("write.js", json.dumps(FIELDS | {field: code}))))
    short = node("write.js", json.dumps(FIELDS | {field: code[:8]}))
    seen.append(show(f"{field} with 8 digits, as pyiso8583 reads it", python(short)))
    message = dict(FIELDS, t=FIELDS["0"])
    del message["0"]
    message[field] = code
    octets, _ = iso8583.encode(message, spec)
    assert python(octets.hex())[field] == code
    seen.append(show(f"{field} of pyiso8583", node("read.js", octets.hex())[field].upper()))
expected = [code]
for field in "64", "128":
    expected += [f"invalid length of data on field {field}", "Field data is 4 bytes, expecting 8", code[:8]]
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
