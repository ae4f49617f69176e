#!/bin/bash
# adif-io: write_to_file(), which its README shows, opens the file for reading. It cannot make a file, and does not write into one that is there.
#
# Versions: adif-io 0.6.1 (PyPI, the newest), Python 3.11.
# Expected: the README: "adif_io.write_to_file(filename, qsos)" and "If you have headers, too, do: adif_io.write_to_file(filename, qsos, headers)"; "These
#   two normally writes UTF-8".
# Seen: for a new name FileNotFoundError; for a file that exists io.UnsupportedOperation "not writable". The strings from which it would write, str(qso)
#   and headers_to_adif(), are right: read_from_string() reads them back.
# Why it matters: a log program that has just moved to the new function loses the log at the moment of saving. Write str() of the headers and of each
#   contact yourself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check adif-io==0.6.1

cat > find.py <<'PY'
import sys

import adif_io

qsos, headers = adif_io.read_from_string("a log <ADIF_VER:5>3.1.4<EOH> <QSO_DATE:8>20261130 <TIME_ON:4>1234 <CALL:6>DL0XYZ <EOR>")
print(f"read: {dict(qsos[0])}, headers {dict(headers)}")
open("old.adi", "w").write("x <EOH>\n")
seen = []
for name in ("new.adi", "old.adi"):
    try:
        adif_io.write_to_file(name, qsos)
        seen.append("written")
    except OSError as error:
        seen.append(type(error).__name__)
        print(f"write_to_file({name!r}): {type(error).__name__}: {error}")
again, _ = adif_io.read_from_string("by hand\n" + str(headers) + "".join(map(str, qsos)))
print(f"written by hand and read again: {dict(again[0])}")
sys.exit(seen != ["FileNotFoundError", "UnsupportedOperation"] or dict(again[0]) != dict(qsos[0]))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
