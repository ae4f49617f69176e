#!/bin/bash
# Ruby's icalendar: of the path "C:\new" in a title it makes a backslash, a line break and "ew", and in an address it turns a comma into a semicolon.
#
# Versions: icalendar 2.8.0 (Debian 12: ruby-icalendar 2.8.0-1, ruby-ice-cube 0.16.4-3), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1),
#   icalendar 7.3.0 of Python and vobject 0.9.9 (both PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 5545, section 3.3.11: in a text "\\" is a backslash, "\n" a line break; section 3.3.13: the value of a URL is one URI, in which commas and
#   semicolons are ordinary characters (RFC 3986, section 2.2).
# Seen: SUMMARY:C:\\new is read as if "\n" were in it, from the second backslash on, and written as C:\\\new. URL:https://example.org/a;b,c, read and
#   written without a change, is a;b;c; with the one or the other alone it is as it was. The same with Python's icalendar stays as it is.
# Why it matters: invitations and calendars over HTTPS (CalDAV) name files and pages: they are others when the event has gone through such a programme.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-icalendar=2.8.0-1 ruby-ice-cube=0.16.4-3 \
    {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==7.3.0 vobject==0.9.9

cat > find.rb <<'RUBY'
require "stringio"
require "set"
require "icalendar"
puts Icalendar::Calendar.parse(STDIN.read).first.to_ical
RUBY
cat > find.py <<'PY'
import glob
import os
import subprocess

import icalendar
import vobject

FRAME = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
DTSTAMP:20261130T050000Z
%s
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
LIB = "usr/lib/x86_64-linux-gnu"
paths = [*glob.glob("usr/lib/ruby/gems/3.1.0/gems/*/lib"), *glob.glob("usr/share/rubygems-integration/all/gems/*/lib")]
paths += ["usr/lib/ruby/vendor_ruby", "usr/lib/ruby/3.1.0", f"{LIB}/ruby/3.1.0"]
environment = {**os.environ, "LANG": "C.UTF-8", "LD_LIBRARY_PATH": LIB, "RUBYLIB": ":".join(os.path.abspath(path) for path in paths)}


def line_of(text, name):
    return [line for line in text.replace("\r", "").split("\n") if line.startswith(name)][0]


def by_vobject(line, name):
    return repr(getattr(vobject.readOne(FRAME % line).vevent, name.lower()).value)


for line in (
    "DESCRIPTION:one\\ntwo\\, three\\; four",
    "SUMMARY:C:\\\\temp",
    "SUMMARY:C:\\\\new",
    "URL:https://example.org/a;b",
    "URL:https://example.org/a,b",
    "URL:https://example.org/a;b,c",
):
    name = line.split(":")[0]
    result = subprocess.run(
        ["usr/bin/ruby3.1", "--disable-gems", "find.rb"], input=FRAME % line,
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30,
    )  # fmt: skip
    print(f"{line}: {by_vobject(line, name)}")
    for language, text in (("Ruby", result.stdout), ("Python", icalendar.Calendar.from_ical(FRAME % line).to_ical().decode())):
        written = line_of(text, name)
        print(f"    {language} writes {written}: {by_vobject(written, name)}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
DESCRIPTION:one\ntwo\, three\; four: 'one\ntwo, three; four'
    Ruby writes DESCRIPTION:one\ntwo\, three\; four: 'one\ntwo, three; four'
    Python writes DESCRIPTION:one\ntwo\, three\; four: 'one\ntwo, three; four'
SUMMARY:C:\\temp: 'C:\\temp'
    Ruby writes SUMMARY:C:\\temp: 'C:\\temp'
    Python writes SUMMARY:C:\\temp: 'C:\\temp'
SUMMARY:C:\\new: 'C:\\new'
    Ruby writes SUMMARY:C:\\\new: 'C:\\\new'
    Python writes SUMMARY:C:\\new: 'C:\\new'
URL:https://example.org/a;b: 'https://example.org/a;b'
    Ruby writes URL:https://example.org/a;b: 'https://example.org/a;b'
    Python writes URL:https://example.org/a;b: 'https://example.org/a;b'
URL:https://example.org/a,b: 'https://example.org/a,b'
    Ruby writes URL:https://example.org/a,b: 'https://example.org/a,b'
    Python writes URL:https://example.org/a,b: 'https://example.org/a,b'
URL:https://example.org/a;b,c: 'https://example.org/a;b,c'
    Ruby writes URL:https://example.org/a;b;c: 'https://example.org/a;b;c'
    Python writes URL:https://example.org/a;b,c: 'https://example.org/a;b,c'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
