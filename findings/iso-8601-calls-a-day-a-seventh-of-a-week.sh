#!/bin/bash
# iso-8601: one day is written as "P0.14285714285714285W", a day and an hour as weeks and hours in one; a time west of Greenwich is an UnboundLocalError,
# and a zone is left out in writing.
#
# Versions: iso-8601 0.3.1 (PyPI) with the pytz 2023.3 that it asks for, Python 3.11.
# Expected: its description: "Flexible ISO 8601 parser: pass in a valid ISO 8601 string, and a datetime object will be returned". ISO 8601: weeks stand
#   alone, "PnnW", and only the smallest part may have a fraction; one day is "P1D". RFC 3339: "1996-12-19T16:39:57-08:00" is its example, and without an
#   offset it is another moment.
# Seen: format(timedelta(days=1)) is "P0.14285714285714285W"; one day and one hour "P0.14285714285714285WT1.0H". parse("1996-12-19T16:39:57-08:00") is
#   UnboundLocalError "cannot access local variable 'TIME'"; with "Z" it is read. format() of 10:00+02:00 is "2026-11-30T10:00:00".
# Why it matters: each American log line stops the parser, and each time written is read back as one in another zone. Also its only module is named
#   iso8601, the same as that of the much used package: installed beside something that needs that one, it takes its place.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check iso-8601==0.3.1

cat > find.py <<'PY'
import importlib.metadata
import sys
from datetime import datetime, timedelta, timezone

import iso8601


def ask(function, value):
    try:
        return function(value)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


texts = [iso8601.format(delta) for delta in (timedelta(days=1), timedelta(days=1, hours=1))]
print("one day:", texts[0], "- one day and one hour:", texts[1])
west = ask(iso8601.parse, "1996-12-19T16:39:57-08:00")
zulu = ask(iso8601.parse, "1996-12-20T00:39:57Z")
east = iso8601.format(datetime(2026, 11, 30, 10, tzinfo=timezone(timedelta(hours=2))))
print("west:", west, "- with Z:", zulu, "- 10:00+02:00 written:", east)
modules = {str(name).split("/")[0] for name in importlib.metadata.files("iso-8601") if ".dist-info" not in str(name)}
print("modules:", modules)
sys.exit(
    texts != ["P0.14285714285714285W", "P0.14285714285714285WT1.0H"]
    or not str(west).startswith("UnboundLocalError")
    or str(zulu) != "1996-12-20 00:39:57+00:00"
    or east != "2026-11-30T10:00:00"
    or modules != {"iso8601"}
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
