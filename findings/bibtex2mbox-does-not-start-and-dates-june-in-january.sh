#!/bin/bash
# bibtex2mbox: it does not run with the bibtexparser that it installs; with the one that it is written for, a publication of June is of
# January.
#
# Versions: bibtex2mbox 1.0.1 with bibtexparser 2.1.0, which pip installs for it, and with bibtexparser 1.4.4 (PyPI), Python 3.11.
# Expected: its documentation: "A utility to convert BibTeX files to mbox archives." It takes the Date of a mail from year, month and day
#   of the publication. BibTeX has months as three letters without braces, and many exporters write them in full.
# Seen: AttributeError: module 'bibtexparser' has no attribute 'load'. With 1.4.4: month={June} is "01 Jan 2020", as are September and
#   each other name in full but January to April.
# Why it matters: nothing comes out as installed; and afterwards a mail program that sorts by date shows half of the year in January.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bibtex2mbox==1.0.1 bibtexparser==2.1.0

for month in jan January apr April jun June September; do
    echo "@article{$month, author={Doe, Jo}, title={$month}, year={2020}, month={$month}, abstract={Hello}}"
done > papers.bib
cat > find.py <<'PY'
import mailbox
import sys

from bibtex2mbox.converter import create_mbox_from_bibtex

create_mbox_from_bibtex("papers.bib", "papers.mbox")
dates = {mail["Subject"]: mail["Date"][5:16] for mail in mailbox.mbox("papers.mbox")}
print(dates)
sys.exit([date[3:6] for date in dates.values()] != ["Jan", "Jan", "Apr", "Apr", "Jun", "Jan", "Jan"])
PY
TZ=UTC timeout 60 venv/bin/python find.py 2>&1 | tail -n 1 | tee first
grep -q "has no attribute 'load'" first || { echo "CHANGED: see above"; exit 1; }
venv/bin/pip install -qq --disable-pip-version-check bibtexparser==1.4.4
rm -f papers.mbox
TZ=UTC timeout 60 venv/bin/python find.py 2>err || { cat err; echo "CHANGED: see above"; exit 1; }
