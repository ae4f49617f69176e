#!/bin/bash
# hl7conv2, from HL7 to JSON and back: escapes are resolved before a field is split, so that an escaped "^" makes two components, line breaks are
# cut, and the header that comes back is no HL7.
#
# Versions: hl7conv2 0.2.5, with hl7 0.4.5 to compare with (PyPI), Python 3.11.
# Expected: HL7 2.5.1, chapter 2, section 2.7: "\S\" is a "^" inside a text, which separates nothing, "\.br\" a line break, "\X41\" the character A.
#   Section 2.14.9: MSH-1 is the field separator and MSH-2 "^~\&". The package: "Bidirectional Conversion", "Full support for HL7 escape sequences".
# Seen: "5 \S\ 2" becomes two components, "5 " and " 2". "one\.br\two" becomes "one\.brtwo" and "\X41\" becomes "\X41", with the last backslash
#   gone. MSH has "APP", MSH-3, under "2". Back in HL7 the message begins with "MSH|^\R\\\\T\|", blanks are "\X20\", and segments end in a line
#   feed.
# Why it matters: texts of findings lose lines and characters, a value like 10^9 changes its field, and hl7 and other readers take the separators of
#   the message from its fourth to eighth octet, which are wrong now. Split first, with another library.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check hl7conv2==0.2.5 hl7==0.4.5

cat > find.py <<'PY'
import sys

import hl7
from hl7conv2 import Hl7Json, JsonHl7

HEAD = "MSH|^~\\&|APP|FAC|DST|FAC2|20261130010000||ORU^R01^ORU_R01|42|P|2.5.1\rOBX|1|TX|X||"
seen = {}
for text in ("plain", "5 \\S\\ 2", "one\\.br\\two", "\\X41\\", "a \\F\\ b"):
    segments = Hl7Json(f"{HEAD}{text}||||||F\r").hl7_json
    header, observation = segments[:2]
    seen[text] = {name: value for name, value in observation.items() if name.split(".")[0] == "5"}
    parsed = hl7.parse(f"{HEAD}{text}||||||F\r")
    print(f"{text}: hl7conv2 {seen[text]}; hl7 {parsed.unescape(str(parsed.segment('OBX')[5]))!r}")
back = JsonHl7(segments).hl7_string
print(f"MSH: 2 = {header['2']!r}; back: {back!r}")
right = [{"5": "plain"}, {"5.1": "5 ", "5.2": " 2"}, {"5": "one\\.brtwo"}, {"5": "\\X41"}, {"5": "a | b"}]
same = list(seen.values()) == right and header["2"] == "APP"
sys.exit(not same or not back.startswith("MSH|^\\R\\\\\\\\T\\|APP|") or "a\\X20\\\\F\\\\X20\\b" not in back or "\n" not in back)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
