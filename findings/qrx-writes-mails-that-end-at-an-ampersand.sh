#!/bin/bash
# qrx: in the code for a mail subject and text are not encoded, so "Q&A" ends at the ampersand; contacts have no name field and split at semicolons; and
# an appointment has no UID, and its commas and lines as they were typed.
#
# Versions: qrx 0.1.1, with vobject 0.9.9 and icalendar 7.3.2 to compare with (PyPI), Python 3.11.
# Expected: RFC 6068, section 2: in a mailto URI "%", "&", "=", "?" and blanks of a subject are percent-encoded. RFC 2426, section 3.1.2 and 4: a vCard
#   3.0 has to have N, and in text ";", "," and new lines are escaped; section 2.6: lines end with CR LF. RFC 5545, section 3.6.1 and 3.6: UID, DTSTAMP
#   and PRODID are required; section 3.3.11: the same escapes. formats.py "builds the correct standard payload string".
# Seen: build_email("jo@example.org", "Q&A: 5 + 5", "line") gives "mailto:jo@example.org?subject=Q&A: 5 + 5&body=line", whose subject is "Q" for
#   urllib.parse. build_vcard() with the organization "Miller; Sons" has no N, and vobject reads two levels of organization, "Miller" and "Sons"; of a
#   title with two lines the second is no vCard line. build_calendar_event() has neither UID, DTSTAMP nor PRODID, and of a description with two lines
#   the second is no line of a calendar.
# Why it matters: such codes are printed, on cards and posters, and cannot be mended.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps qrx==0.1.1
venv/bin/pip install -qq --disable-pip-version-check vobject==0.9.9 icalendar==7.3.2

cat > find.py <<'PY'
import importlib.util
import pathlib
import sys
import sysconfig
import urllib.parse

import icalendar
import vobject

# Without the package itself, which loads OpenCV.
path = pathlib.Path(sysconfig.get_path("purelib")) / "qrx" / "formats.py"
spec = importlib.util.spec_from_file_location("formats", path)
formats = importlib.util.module_from_spec(spec)
spec.loader.exec_module(formats)

mail = formats.build_email("jo@example.org", "Q&A: 5 + 5", "line")
subject = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(mail).query, keep_blank_values=True))["subject"]
print(f"{mail}: subject {subject!r}")
card = formats.build_vcard("Jo Doe", organization="Miller; Sons")
read = vobject.readOne(card)
print(f"{card!r}: organization {read.org.value}, N there: {'n' in read.contents}")
lines = formats.build_vcard("Jo Doe", title="Head of\nResearch")
try:
    vobject.readOne(lines)
    two = "read"
except vobject.base.ParseError as error:
    two = str(error)
print(f"{lines!r}: {two}")
event = formats.build_calendar_event("Lunch", "20261210T120000", "20261210T130000", description="Soup, bread\nand cheese")
try:
    icalendar.Calendar.from_ical(event)
    calendar = "read"
except ValueError as error:
    calendar = str(error)
simple = icalendar.Calendar.from_ical(formats.build_calendar_event("Lunch", "20261210T120000", "20261210T130000"))
missing = [name for name in ("UID", "DTSTAMP") if name not in simple.walk("VEVENT")[0]] + [name for name in ("PRODID",) if name not in simple]
print(f"{event!r}: {calendar}; missing {missing}")
sys.exit(
    subject != "Q"
    or read.org.value != ["Miller", "Sons"] and [part.strip() for part in read.org.value] != ["Miller", "Sons"]
    or "n" in read.contents
    or two == "read"
    or missing != ["UID", "DTSTAMP", "PRODID"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
