#!/bin/bash
# Perl's iCal::Parser: an event that lasts until Wednesday is on Monday alone if it says so by DURATION and not by DTEND, and RDATE is not read.
#
# Versions: iCal::Parser 1.21 (Debian 12: libical-parser-perl 1.21-3), Perl 5.36, recurring-ical-events 3.8.0 (PyPI) for comparison. Wants
#   `apt-get update` beforehand, and perl.
# Expected: RFC 5545, section 3.6.1: an event has DTEND or DURATION, and both say the same. Section 3.8.5.2: RDATE is a list of further dates on
#   which the event takes place. The module's documentation: "events in the input calendar are expanded out into multiple events, one per day covered
#   by the event", and: "If the event spans more than one day [...] it is expanded into multiple events".
# Seen: an event that ends by DURATION is on its first day only; the same event with DTEND is on each day. An event with
#   RDATE is on its first day, and nothing says that RDATE, which is left as a text, was not read. EXDATE and RRULE are.
# Why it matters: views of a month are what its result is made for: days look free on which somebody is away.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libb-hooks-endofscope-perl=0.26-1 libclass-accessor-chained-perl=0.01.1~debian-5 libclass-accessor-perl=0.51-2 \
    libclass-data-inheritable-perl=0.08-3 libclass-inspector-perl=1.36-3 libclass-singleton-perl=1.6-2 libclass-xsaccessor-perl=1.19-4+b1 \
    libdatetime-event-ical-perl=0.13-2 libdatetime-event-recurrence-perl=0.19-2 libdatetime-format-ical-perl=0.09-3 \
    libdatetime-locale-perl=1:1.37-1 libdatetime-perl=2:1.59-1 libdatetime-set-perl=0.3900-2 libdatetime-timezone-perl=1:2.60-1+2026f \
    libdevel-stacktrace-perl=2.0400-2 libeval-closure-perl=0.14-3 libexception-class-perl=1.45-1 libexporter-tiny-perl=1.006000-1 \
    libfile-sharedir-perl=1.118-3 libical-parser-perl=1.21-3 libio-string-perl=1.08-4 liblist-moreutils-perl=0.430-2 \
    liblist-moreutils-xs-perl=0.430-3+b1 libmodule-implementation-perl=0.09-2 libmodule-runtime-perl=0.016-2 libmro-compat-perl=0.15-2 \
    libnamespace-autoclean-perl=0.29-2 libnamespace-clean-perl=0.27-2 libpackage-stash-perl=0.40-1 libpackage-stash-xs-perl=0.30-1+b1 \
    libparams-util-perl=1.102-2+b1 libparams-validate-perl=1.31-1 libparams-validationcompiler-perl=0.31-1 librole-tiny-perl=2.002004-1 \
    libset-infinite-perl=0.65-3 libspecio-perl=0.48-1 libsub-exporter-progressive-perl=0.001013-3 libsub-identify-perl=0.14-3 \
    libsub-name-perl=0.26-2+b1 libtext-vfile-asdata-perl=0.08-2 libtry-tiny-perl=0.31-2 libvariable-magic-perl=0.63-1+b1 \
    libxstring-perl=0.005-2+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check recurring-ical-events==3.8.0 icalendar==6.3.1 x-wr-timezone==2.0.1

cat > calendar.txt <<'TEXT'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//test//EN
BEGIN:VEVENT
UID:end@example.org
DTSTAMP:20261130T050000Z
DTSTART:20261102T090000Z
DTEND:20261104T090000Z
SUMMARY:with DTEND
END:VEVENT
BEGIN:VEVENT
UID:duration@example.org
DTSTAMP:20261130T050000Z
DTSTART:20261102T090000Z
DURATION:P2D
SUMMARY:with DURATION
END:VEVENT
BEGIN:VEVENT
UID:rdate@example.org
DTSTAMP:20261130T050000Z
DTSTART:20261103T090000Z
DTEND:20261103T100000Z
RDATE:20261105T090000Z,20261110T090000Z
SUMMARY:with RDATE
END:VEVENT
BEGIN:VEVENT
UID:rrule@example.org
DTSTAMP:20261130T050000Z
DTSTART:20261103T090000Z
DTEND:20261103T100000Z
RRULE:FREQ=DAILY;COUNT=3
SUMMARY:with RRULE
END:VEVENT
END:VCALENDAR
TEXT
sed 's/$/\r/' calendar.txt >calendar.ics
cat > find.pl <<'PERL'
use strict;
use warnings;
use iCal::Parser;

my $events = iCal::Parser->new(start => "20261101", end => "20261130")->parse("calendar.ics")->{events}{2026}{11};
my %days;
for my $day (sort { $a <=> $b } keys %$events) {
    push @{$days{$_->{SUMMARY}}}, $day for values %{$events->{$day}};
}
print "$_: ", join(", ", @{$days{$_}}), "\n" for sort keys %days;
PERL
cat > find.py <<'PY'
import datetime

import icalendar
import recurring_ical_events

with open("calendar.ics", "rb") as file:
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(file.read()))
days = {}
for day in range(1, 30):
    for event in query.at(datetime.date(2026, 11, day)):
        days.setdefault(str(event["SUMMARY"]), []).append(str(day))
for summary in sorted(days):
    print(f"{summary}: {', '.join(days[summary])}")
PY
{
    echo "iCal::Parser has in November 2026:"
    timeout 60 perl find.pl
    echo "recurring-ical-events has:"
    timeout 60 venv/bin/python find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
iCal::Parser has in November 2026:
with DTEND: 2, 3, 4
with DURATION: 2
with RDATE: 3
with RRULE: 3, 4, 5
recurring-ical-events has:
with DTEND: 2, 3, 4
with DURATION: 2, 3, 4
with RDATE: 3, 5, 10
with RRULE: 3, 4, 5
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
