#!/bin/bash
# aamva-parser, for driver's licences: who is called DaCosta gets the first name "OSTA", Daddario the middle name "DARIO", and no Canadian licence has a date.
#
# Versions: aamva-parser 0.1.2 (PyPI), Python 3.11.
# Expected: AAMVA DL/ID Card Design Standard 2016, annex D.12.5: each data element begins with its three-character element ID, at the beginning of the
#   subfile or behind the data element separator (a line feed). Table D.3: DBA, DBB and DBD are "MMDDCCYY for U.S., CCYYMMDD for Canada". The package's
#   documentation: it parses "payloads from US and Canadian driver's licenses and ID cards".
# Seen: the first place is taken where the letters of an element ID occur, wherever it is. "DCSDACOSTA" is before "DACJO": the first name is "OSTA" instead
#   of "JO". "DCSDADDARIO" makes a middle name "DARIO" of the surname; "DCSMADACHI" the first name "HI". A licence of DCG "CAN" with DBB 19860606 has no date
#   of birth, no date of issue and none of expiry: all three are None, and no error says so.
# Why it matters: it is used to fill in forms and to compare the card with a booking; people with ordinary names are somebody else, and an age check has
#   no age for anybody from Canada.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check aamva-parser==0.1.2

cat > find.py <<'PY'
import sys

from aamva_parser import parse


def card(surname, country, birth, expiry, issue, issuer):
    lines = ["DAQT64235789", f"DCS{surname}", "DDEN", "DACJO", "DDFN", "DADM", "DDGN", "DCAD", "DCBNONE", "DCDNONE", f"DBD{issue}", f"DBB{birth}"]
    lines += [f"DBA{expiry}", "DBC1", "DAU068 in", "DAYBRO", "DAG1 EXAMPLE STREET", "DAIEXAMPLE", "DAJVA", "DAK232690000  ", "DCF2424244747", f"DCG{country}"]
    body = "DL" + "\n".join(lines) + "\r"
    return f"@\n\x1e\rANSI {issuer}080001DL0031{len(body):04d}{body}"


def elements(text):  # by the standard: split at line feeds, the first three characters are the ID
    body = text[text.index("DLDAQ") + 2 :]
    return {line[:3]: line[3:].strip() for line in body.split("\n")}


seen = []
for surname in ("SAMPLE", "DACOSTA", "DADDARIO", "MADACHI"):
    text = card(surname, "USA", "06061986", "12102032", "06062024", "636000")
    read, right = parse(text), elements(text)
    seen.append((read.last_name, read.first_name, read.middle_name))
    print(f"{surname}: last, first and middle name {seen[-1]}; in the elements {(right['DCS'], right['DAC'], right['DAD'])}; born {read.date_of_birth}")
read = parse(card("SAMPLE", "CAN", "19860606", "20321210", "20240606", "636012"))
dates = (read.date_of_birth, read.issue_date, read.expiration_date)
print(f"a licence of {read.country}: born, issued and valid until {dates}")
sys.exit(
    seen != [("SAMPLE", "JO", "M"), ("DACOSTA", "OSTA", "M"), ("DADDARIO", "JO", "DARIO"), ("MADACHI", "HI", "M")]
    or dates != (None, None, None)
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
