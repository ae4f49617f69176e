#!/bin/bash
# mt940-py: it breaks the lines of a statement in the middle of account numbers, names and even of the codes in front of them, and its own reader then
# shows blanks in them, or no name at all.
#
# Versions: mt940-py 0.1.7, with the mt-940 5.1.1 that it needs (PyPI), Python 3.11.
# Expected: SWIFT MT940, field 86: up to six lines of 65 characters. Polish banks (ZBP) divide it into subfields "~20" to "~38"; a number or a name belongs
#   together. Its documentation: it converts CSV files of mBank to MT940, validates such files and exports them to CSV, "Kontrahent", "Rachunek kontrahenta".
# Seen: the subfields are put together and cut after each 65th character. An account 11402004000032023000000002 comes back as "1140200400003 2023000000002",
#   the name "PRZYKLAD SPOLKA ..." as "PR ZYKLAD SPOLKA ...". With the title "CZYNSZ" the cut is inside "~31", and the account number stands in the name; with
#   a title of 55 characters it is inside "~32", and the name stands in the title. validate_file() finds nothing wrong with any.
# Why it matters: a booking program finds payments by account and name. It depends on the length of the title whether it does.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check mt940-py==0.1.7 mt-940==5.1.1

cat > find.py <<'PY'
import csv
import io
import pathlib
import sys

from mt940_py.converter import MT940Converter
from mt940_py.exporter import MT940ToCSVExporter
from mt940_py.validator import MT940Validator

ACCOUNT, NAME = "11402004000032023000000002", "PRZYKLAD SPOLKA Z OGRANICZONA ODPOWIEDZIALNOSCIA"
HEAD = "mBank S.A.;\n#Numer rachunku;\n11 4020 0400 0032 0230 0000 0001;\n#Saldo początkowe;1 000,00 PLN;\n\n"
HEAD += "#Data księgowania;#Data operacji;#Opis operacji;#Tytuł;#Nadawca/Odbiorca;#Numer konta;#Kwota;#Saldo po operacji;\n"
TITLES = ["CZYNSZ", "FAKTURA 2026/11/0001 ZA DOSTAWE MATERIALOW BUDOWLANYCH", "FAKTURA 2026/11/0001 ZA DOSTAWE MATERIALOW BUDOWLANYCH."]
text = HEAD
for title in TITLES:
    text += f"2026-11-30;2026-11-30;PRZELEW;{title};{NAME};'{ACCOUNT}';10,00;0,00;\n"
statement = MT940Converter().convert(text)
pathlib.Path("statement.sta").write_text(statement, encoding="utf-8", newline="")
print(statement)
valid = MT940Validator().validate_file("statement.sta")["is_valid"]
rows = list(csv.DictReader(io.StringIO(MT940ToCSVExporter().export("statement.sta")), delimiter=";"))
seen = [(len(title), row["Rachunek kontrahenta"], row["Kontrahent"], row["Tytuł"]) for title, row in zip(TITLES, rows)]
for row in seen:
    print(row)
print("valid:", valid)
sys.exit(
    not valid
    or len(rows) != 3
    or seen[0][2] != "PRZYKLAD SPOLKA Z OGRANICZONA ODPOW IEDZIALNOSCIA~3 111402004000032023000000002"
    or seen[1][1] != "1140200400003 2023000000002"
    or not seen[1][2].startswith("PR ZYKLAD")
    or seen[2][2] != "IEDZIALNOSCIA"
    or "~ 32PRZYKLAD" not in seen[2][3]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
