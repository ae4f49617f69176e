#!/bin/bash
# DAViCal's AWL: the reply that one of four guests sends has two of them in it, and a DTSTAMP an hour late; names with a comma or semicolon lose their
#   quotation marks, and a company "Example; Inc." becomes Example with a department.
#
# Versions: AWL 0.64 (Debian 12: libawl-php 0.64-1), PHP 8.2.36 (php8.2-cli, php8.2-common 8.2.36-1~deb12u1), icalendar 5.0.14 and vobject 0.9.9 (PyPI) for
#   comparison. Wants `apt-get update` beforehand.
# Expected: RFC 5546, section 3.2.3: a REPLY has one ATTENDEE, who replies. RFC 5545, section 3.8.7.2: DTSTAMP is in UTC. Section 3.1.1: parameters
#   with a colon, semicolon or comma are in quotation marks; section 3.2: several values each have their own. Section 3.3.11, and RFC 6350, section 3.4:
#   a comma or semicolon that is part of a text has a backslash.
# Seen: GetItip() removes each other guest by its place in a list that gets shorter meanwhile, so every second one stays. The DTSTAMP is local time
#   with a Z. Of a component that is changed by one property all others are written anew: CN="Doe, Jo" without quotation marks, which makes it two values;
#   two MEMBERs as one with \" in it; the category "Food, drink" as two, and the company's name as two units.
# Why it matters: the organizer's calendar books an answer of somebody who has not answered; clients lose names or refuse the calendar.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libawl-php=0.64-1 {php8.2-cli,php8.2-common}=8.2.36-1~deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check icalendar==5.0.14 vobject==0.9.9

cat > event.txt <<'TEXT'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20270101T000000Z
DTSTART:20270111T090000Z
ORGANIZER;CN="Doe, Jo":mailto:jo@example.org
ATTENDEE:mailto:ann@example.com
ATTENDEE:mailto:bob@example.com
ATTENDEE:mailto:dan@example.com
ATTENDEE;MEMBER="mailto:a@example.com","mailto:b@example.com":mailto:eve@example.com
CATEGORIES:Food\, drink,Work
END:VEVENT
END:VCALENDAR
TEXT
cat > card.txt <<'TEXT'
BEGIN:VCARD
VERSION:3.0
FN:Jo Doe
N:Doe;Jo;;;
ORG:Example\; Inc.;Sales
END:VCARD
TEXT
cat > find.php <<'PHP'
<?php
require 'AWLUtilities.php';
require 'vCalendar.php';

$text = str_replace("\n", "\r\n", file_get_contents('event.txt'));
$calendar = new vCalendar($text);
file_put_contents('reply.ics', $calendar->GetItip('REPLY', 'mailto:ann@example.com')->Render());
$calendar = new vCalendar($text);
foreach ($calendar->GetComponents('VEVENT') as $event) {
    $event->AddProperty('LOCATION', 'Room 1');
}
file_put_contents('changed.ics', $calendar->Render());
$card = new vComponent(str_replace("\n", "\r\n", file_get_contents('card.txt')));
$card->AddProperty('NOTE', 'New');
file_put_contents('changed.vcf', $card->Render());
PHP
cat > find.py <<'PY'
import datetime
from pathlib import Path

import icalendar
import vobject


def read(name):
    return Path(name).read_bytes().decode().replace("\r\n ", "")


reply = icalendar.Calendar.from_ical(read("reply.ics")).walk("VEVENT")[0]
guests = reply["ATTENDEE"] if isinstance(reply["ATTENDEE"], list) else [reply["ATTENDEE"]]
late = reply["DTSTAMP"].dt - datetime.datetime.now(datetime.timezone.utc)
print("reply of", [str(guest) for guest in guests], "at now plus", round(late.total_seconds() / 3600), "hours")
for name in ("event.txt", "changed.ics"):
    lines = [line.strip() for line in read(name).splitlines() if line.startswith(("ORG", "ATTENDEE;", "CAT"))]
    print(f"{name}:", *lines, sep="\n  ")
for name in ("card.txt", "changed.vcf"):
    print(f"{name}: company and units {vobject.readOne(read(name)).org.value}")
PY
timeout 20 usr/bin/php8.2 -n -d extension_dir=usr/lib/php/20220829 -d extension=iconv.so -d extension=ctype.so -d include_path=usr/share/awl/inc \
    -d date.timezone=Africa/Lagos find.php >seen 2>&1 || true
timeout 20 venv/bin/python find.py >>seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
reply of ['mailto:ann@example.com', 'mailto:dan@example.com'] at now plus 1 hours
event.txt:
  ORGANIZER;CN="Doe, Jo":mailto:jo@example.org
  ATTENDEE;MEMBER="mailto:a@example.com","mailto:b@example.com":mailto:eve@example.com
  CATEGORIES:Food\, drink,Work
changed.ics:
  ORGANIZER;CN=Doe, Jo:mailto:jo@example.org
  ATTENDEE;MEMBER="mailto:a@example.com\",\"mailto:b@example.com":mailto:eve@example.com
  CATEGORIES:Food, drink,Work
card.txt: company and units ['Example; Inc.', 'Sales']
changed.vcf: company and units ['Example', ' Inc.', 'Sales']
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
