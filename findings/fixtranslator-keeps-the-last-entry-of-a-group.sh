#!/bin/bash
# fixtranslator: of a repeating group, such as the prices of a snapshot or the parties of an order, the last entry is kept and the others are gone,
# without a word; the list that it makes of repeated fields has no way to come about. And as installed it cannot be imported.
#
# Versions: fixtranslator 0.1.2 and defusedxml 0.7.1, with simplefix 1.0.17 to compare with (PyPI), Python 3.11.
# Expected: FIX 4.4, volume 1, "Repeating groups": the fields of a group come as often as the counter before says (NoMDEntries, 268, and then 269, 270
#   and 271 for each entry). fixtranslator "parses FIX protocol logs (4.x and 5.x / FIXT) into structured JSON".
# Seen: parse_fix_message() of a snapshot with bid 1.1849, offer 1.1851 and trade 1.1850 gives one price, 1.1850, no errors, and NoMDEntries 3;
#   flatten() has code for lists of values, and gets each tag once. simplefix has all nine fields. pip installs no dependencies: importing fixparser
#   without defusedxml is a ModuleNotFoundError.
# Why it matters: what is forwarded to the logs shows one price and one party of each message, and nobody sees that there were others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check fixtranslator==0.1.2 simplefix==1.0.17
if venv/bin/python -c "import fixparser.parser" 2>error.log; then echo "CHANGED: it can be imported as installed"; exit 1; fi
echo "as installed: $(tail -n 1 error.log)"
grep -q "No module named 'defusedxml'" error.log || { echo "CHANGED: it fails for another reason"; exit 1; }
venv/bin/pip install -qq --disable-pip-version-check defusedxml==0.7.1

cat > find.py <<'PY'
import pathlib
import sys

import fixparser.parser
import simplefix

FIELDS = [(35, "W"), (49, "A"), (56, "B"), (55, "EUR/USD"), (268, "3")]
for kind, price, size in (("0", "1.1849", "100"), ("1", "1.1851", "200"), ("2", "1.1850", "300")):
    FIELDS += [(269, kind), (270, price), (271, size)]
message = simplefix.FixMessage()
message.append_pair(8, "FIX.4.4")
for tag, value in FIELDS:
    message.append_pair(tag, value)
raw = message.encode()
parser = simplefix.FixParser()
parser.append_buffer(raw)
right = [value.decode() for tag, value in parser.get_message().pairs if tag == b"270"]

dictionary = fixparser.parser.FixDictionary()
dicts = pathlib.Path(fixparser.parser.__file__).parent / "dicts"
dictionary.load_quickfix_xml(dicts / "FIX44.xml", base_dir=dicts)
result = fixparser.parser.parse_fix_message(raw.decode(), dict_obj=dictionary, strict=True)
flat = fixparser.parser.flatten(result["parsed_by_tag"])
seen = (flat["NoMDEntries"], flat["MDEntryPx"], flat["MDEntryType"], result["errors"])
print(f"simplefix: {right}; fixtranslator: {seen}")
sys.exit(right != ["1.1849", "1.1851", "1.1850"] or seen != ("3", "1.1850", "2", []))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
