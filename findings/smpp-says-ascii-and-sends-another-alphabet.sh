#!/bin/bash
# smpp (npm): a text marked as ASCII is read and written in the alphabet of GSM, so that "@" becomes an inverted exclamation mark or a NUL.
#
# Versions: smpp 0.5.1 (npm), Node.js; smpplib 2.2.4 (PyPI), Python 3.11.
# Expected: SMPP 3.4, section 5.2.19: data_coding 1 is "IA5 (CCITT T.50)/ASCII (ANSI X3.4)"; 0 is the default alphabet of the message
#   center.
# Seen: "jo_x@example.org" without a data_coding goes out with data_coding 1 and the octets 6a 6f 11 78 00 65 ...: GSM 03.38, where "_" is
#   0x11 and "@" is 0x00. "[1]" goes out as 1b 3c 31 1b 3e. A message that another client marks as ASCII, in ASCII, is read as
#   "jo§x¡example.org ¤5". Marked with data_coding 3 (Latin-1), all of it is right.
# Why it matters: addresses, links with "_" and amounts with "$" or "@" arrive changed, and a NUL ends a text for many. The package chooses
#   1 by itself for each text that fits into the GSM alphabet.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts smpp@0.5.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check smpplib==2.2.4

cat > find.js <<'JS'
const { PDU } = require("smpp");

const [octets, text, coding] = process.argv.slice(2);
const fields = { source_addr: "1", destination_addr: "2", short_message: text };
if (coding) fields.data_coding = +coding;
const read = PDU.fromBuffer(Buffer.from(octets, "hex"));
console.log(JSON.stringify([read.short_message.message, new PDU("submit_sm", fields).toBuffer().toString("hex")]));
JS
cat > find.py <<'PY'
import json
import subprocess
import sys

from smpplib import consts, smpp


class Client:
    def next_sequence(self):
        return 1


def exchange(text, coding, encoding, said):
    """A text of smpplib as smpp reads it, and one of smpp as smpplib reads it."""
    pdu = smpp.make_pdu(
        "submit_sm", client=Client(), source_addr="1", destination_addr="2", data_coding=coding, short_message=text.encode(encoding)
    )
    command = ["node", "find.js", pdu.generate().hex(), text] + said
    read, octets = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout)
    back = smpp.parse_pdu(bytes.fromhex(octets), client=Client())
    print(f"{text}: read as {read!r}; written with data_coding {back.data_coding}: {back.short_message}")
    return read, back.data_coding, back.short_message


text = "jo_x@example.org $5"
seen = [
    exchange("plain words", consts.SMPP_ENCODING_IA5, "ascii", []),
    exchange(text, consts.SMPP_ENCODING_IA5, "ascii", []),
    exchange("[1]", consts.SMPP_ENCODING_IA5, "ascii", []),
    exchange(text, consts.SMPP_ENCODING_ISO88591, "latin-1", ["3"]),
]
expected = [
    ("plain words", 1, b"plain words"),
    ("jo\u00a7x\u00a1example.org \u00a45", 1, b"jo\x11x\x00example.org \x025"),
    ("\u00c41\u00d1", 1, b"\x1b<1\x1b>"),
    (text, 3, text.encode()),
]
sys.exit(seen != expected)
PY
PYTHONIOENCODING=utf-8 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
