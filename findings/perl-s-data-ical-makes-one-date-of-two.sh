#!/bin/bash
# Perl's Data::ICal: it reads EXDATE:20261207T090000Z,20261214T090000Z and writes a backslash in front of the comma, and the second date is gone.
#
# Versions: Data::ICal 0.24 (Debian 12: libdata-ical-perl 0.24+dfsg-2), ical.js 2.2.1 (npm) for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 5545, section 3.3.11: backslash, semicolon and comma are escaped in values of the type TEXT. Sections 3.8.5.1 and 3.8.5.2: EXDATE and
#   RDATE are lists of dates; section 3.8.1.2: CATEGORIES is a list of texts, whose commas stand as they are. Sections 3.3.3 and 3.3.13: a calendar
#   user's address and a URL are URIs, where nothing is escaped. "\\n" in a text is a backslash and an n.
# Seen: an event that is read and written again, without a change, has EXDATE:20261207T090000Z\,20261214T090000Z, RDATE alike, CATEGORIES:WORK\,CLUB,
#   which is one category, URL:https://example.org/a\;b\,c, and in its summary the name C:\new has become "C:", a line break and "ew". ical.js reads two
#   dates of the first text, and one of the second. It is the same if the program sets these properties itself. RRULE and GEO keep their separators.
# Why it matters: who copies events between calendars brings back the meetings that were cancelled, and links lead elsewhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libdata-ical-perl=0.24+dfsg-2 libtext-vfile-asdata-perl=0.08-2 libclass-returnvalue-perl=0.55-4 libclass-accessor-perl=0.51-2 \
    libclass-accessor-chained-perl=0.01.1~debian-5 libsub-name-perl=0.26-2+b1 libdevel-stacktrace-perl=2.0400-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
npm install --silent --no-audit --no-fund --ignore-scripts ical.js@2.2.1

cat > find.pl <<'PERL'
use strict;
use warnings;
use Data::ICal;

my $calendar = Data::ICal->new(filename => "first.ics");
print $calendar->as_string;
PERL
cat > first.txt <<'TEXT'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//test//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20261130T050000Z
DTSTART:20261130T090000Z
RRULE:FREQ=WEEKLY;BYDAY=MO,TU
EXDATE:20261207T090000Z,20261214T090000Z
RDATE:20261203T090000Z,20261204T090000Z
CATEGORIES:WORK,CLUB
URL:https://example.org/a;b,c
SUMMARY:Look into C:\\new\, please
END:VEVENT
END:VCALENDAR
TEXT
sed 's/$/\r/' first.txt >first.ics
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36
timeout 30 perl find.pl >second.ics

cat > find.mjs <<'JS'
import fs from "node:fs";
import ICAL from "ical.js";

for (const file of ["first.ics", "second.ics"]) {
  const text = fs.readFileSync(file, "utf8");
  console.log(`${file}:`);
  const event = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
  for (const line of text.split("\r\n")) {
    const name = line.split(":")[0].toLowerCase();
    if (["exdate", "rdate", "categories", "url", "summary"].includes(name)) {
      const values = event.getFirstProperty(name).getValues().map((value) => JSON.stringify(value.toString()));
      console.log(`  ${line}\n    ical.js: ${values.join(" and ")}`);
    }
  }
}
JS
timeout 60 node find.mjs >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
first.ics:
  EXDATE:20261207T090000Z,20261214T090000Z
    ical.js: "2026-12-07T09:00:00Z" and "2026-12-14T09:00:00Z"
  RDATE:20261203T090000Z,20261204T090000Z
    ical.js: "2026-12-03T09:00:00Z" and "2026-12-04T09:00:00Z"
  CATEGORIES:WORK,CLUB
    ical.js: "WORK" and "CLUB"
  URL:https://example.org/a;b,c
    ical.js: "https://example.org/a;b,c"
  SUMMARY:Look into C:\\new\, please
    ical.js: "Look into C:\\new, please"
second.ics:
  CATEGORIES:WORK\,CLUB
    ical.js: "WORK,CLUB"
  EXDATE:20261207T090000Z\,20261214T090000Z
    ical.js: "2026-12-07T09:00:00Z"
  RDATE:20261203T090000Z\,20261204T090000Z
    ical.js: "2026-12-03T09:00:00Z"
  SUMMARY:Look into C:\new\, please
    ical.js: "Look into C:\new, please"
  URL:https://example.org/a\;b\,c
    ical.js: "https://example.org/a\\;b\\,c"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
