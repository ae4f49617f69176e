#!/bin/bash
# @midlandsbank/node-nacha: the addenda of a payment bear the number of the one behind it, so that the next payee gets the note.
#
# Versions: @midlandsbank/node-nacha 0.4.0 (npm), Node.js; Python 3.11 reads the columns.
# Expected: the Nacha Operating Rules, record layouts: columns 88 to 94 of an addenda record (7), "Entry Detail Sequence Number", are the
#   last seven digits of the trace number, columns 80 to 94, of the entry detail record (6) that it belongs to. Its documentation: "Parses
#   and formats NACHA ACH standard CCD+/PPD+ bank transaction files", with addenda.
# Seen: entries are numbered from 0000000, addenda from 0000001: the note for the first payee has the number of the second, that for the
#   second the number of the third, who has none.
# Why it matters: a bank that goes by the numbers rejects the file as out of sequence, or shows an invoice's number to somebody else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @midlandsbank/node-nacha@0.4.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const nacha = require("@midlandsbank/node-nacha");

let file = nacha
  .create({ from: { name: "Example Ltd", fein: "123456789" }, for: { name: "Example Bank", routing: "123456780" } })
  .ppd({ effectiveDate: "261231", description: "Payment", note: "note", date: "Dec 31" });
const entry = { account: { num: "135792468", type: "C" }, routing: "011000015", amount: 100 };
file = file.credit({ ...entry, name: "First", addenda: "for the first" });
file = file.credit({ ...entry, name: "Second", addenda: "for the second" });
file = file.credit({ ...entry, name: "Third" });
console.log(nacha.from(file).to("ach"));
JS
cat > find.py <<'PY'
import sys

names = {}
notes = []
for line in sys.stdin.read().splitlines():
    if line.startswith("6"):
        names[line[87:94]] = line[54:76].strip()
        print(f"entry {line[87:94]}: {line[54:76].strip()}")
    if line.startswith("7"):
        notes.append((line[87:94], line[3:83].strip()))
        print(f"addenda for {line[87:94]}: {line[3:83].strip()}")
for number, note in notes:
    print(f"by the numbers, {names[number]} gets the note {note!r}")
PY
timeout 60 node find.cjs | python3 find.py | tee seen
cat > expected <<'TEXT'
entry 0000000: First
addenda for 0000001: for the first
entry 0000001: Second
addenda for 0000002: for the second
entry 0000002: Third
by the numbers, Second gets the note 'for the first'
by the numbers, Third gets the note 'for the second'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
