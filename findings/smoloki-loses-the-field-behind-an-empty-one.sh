#!/bin/bash
# smoloki: in its log lines a field behind an empty one is read as the value of that one, and a Windows path comes back with a line break, though writing
# and reading are said to be each other's reverse.
#
# Versions: smoloki 0.1.2 (PyPI) with requests 2.34.2, Python 3.11.
# Expected: its documentation of logfmt_dump(): "Return dictionary formatted as "logfmt" string. Can be reversed with logfmt_load". The README: "If None
#   is provided as value in case of python, it will be serialized as empty string". logfmt, as Loki reads it: "key=" and "key="" have an empty value, and a
#   blank ends it.
# Seen: {"user": None, "status": 200} is written "user= status=200" and read as {"user": " status=200"}. {"path": "C:\new"} is written "path=C:\\new" and
#   read as C:, backslash, line break, "ew": "\n" is looked for before the doubled backslash. An empty last field is not there at all. (It also imports
#   requests, which it does not install.)
# Why it matters: the status is the field that one searches for, and it is missing exactly in the lines of users who are not logged in. Leave None out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check smoloki==0.1.2 requests==2.34.2

cat > find.py <<'PY'
import sys

from smoloki import logfmt_dump, logfmt_load

seen = []
for data in (
    {"user": "jo", "status": "200"}, {"user": None, "status": "200"}, {"path": "C:\\new"}, {"text": 'say "hi"', "n": "1"}, {"a": "1", "user": None},
):
    text = logfmt_dump(data)
    seen.append(logfmt_load(text))
    print(f"{data}: {text} -> {seen[-1]}")
sys.exit(
    seen
    != [{"user": "jo", "status": "200"}, {"user": " status=200"}, {"path": "C:\\\new"}, {"text": 'say "hi"', "n": "1"}, {"a": "1"}]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
