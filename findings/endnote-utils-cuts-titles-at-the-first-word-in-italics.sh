#!/bin/bash
# endnote-utils: of a title with a word in italics it keeps what stands before the word. From RIS files it takes no title and no author if they are under
# T1 and A1, and of a file with a byte order mark no type.
#
# Versions: endnote-utils 1.0.3, and rispy 0.10.0 to compare with (PyPI), Python 3.11.
# Expected: EndNote's XML export writes one <style> element for each run of letters of one kind: <title><style face="normal">The genome of </style><style
#   face="italic">Danio rerio</style>...</title>; the title is all of them. RIS: T1 is "Primary Title", A1 "Primary Authors", both in the specification and
#   in use since 2001.
# Seen: export() of "The genome of Danio rerio revisited" with the species in italics has the title "The genome of". A RIS record with T1, A1 and N2 is a
#   row without title, authors and abstract, and of a file that begins with a byte order mark the first record has no type. rispy reads all of them.
#   --dedupe title-year then takes all papers on "The genome of" of a year for one.
# Why it matters: species, genes and formulas are in italics or superscript in most of biology and chemistry; a systematic review that removes duplicates
#   by title throws papers away.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check endnote-utils==1.0.3 rispy==0.10.0

cat > find.py <<'PY'
import csv
import sys
from pathlib import Path

import rispy
from endnote_utils.core import export_files_with_report

STYLE = '<style face="{}" font="default" size="100%">{}</style>'


def record(species, year="2026"):
    title = STYLE.format("normal", "The genome of ") + STYLE.format("italic", species) + STYLE.format("normal", " revisited")
    return (
        '<record><ref-type name="Journal Article">17</ref-type><contributors><authors><author>'
        f'{STYLE.format("normal", "Doe, Jo")}</author></authors></contributors><titles><title>{title}</title></titles>'
        f'<dates><year>{STYLE.format("normal", year)}</year></dates></record>'
    )


Path("a.xml").write_text(f'<?xml version="1.0"?><xml><records>{record("Danio rerio")}{record("Mus musculus")}</records></xml>')
RIS = "TY  - JOUR\nA1  - Doe, Jo\nT1  - A Title\nN2  - An abstract.\nPY  - 2026\nER  - \n"
Path("b.ris").write_text(RIS, encoding="utf-8-sig")


def export(name, **options):
    export_files_with_report([Path(name)], Path("out.csv"), "csv", report_path=None, **options)
    return list(csv.DictReader(open("out.csv", encoding="utf-8")))


rows = export("a.xml")
print("XML titles:", [row["title"] for row in rows])
kept = export("a.xml", dedupe="title-year")
print(f"two papers, kept as different: {len(kept)}")
row = export("b.ris")[0]
print("RIS:", {name: row[name] for name in ("ref_type", "title", "authors", "abstract", "year")})
other = rispy.loads(RIS)[0]
print("rispy:", other)
sys.exit(
    [r["title"] for r in rows] != ["The genome of"] * 2
    or len(kept) != 1
    or (row["ref_type"], row["title"], row["authors"], row["abstract"], row["year"]) != ("", "", "", "", "2026")
    or "A Title" not in other.values()
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
