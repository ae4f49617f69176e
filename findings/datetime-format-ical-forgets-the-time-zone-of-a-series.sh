#!/bin/bash
# Perl's DateTime::Format::ICal: a series that begins at 09:00 in Berlin is at 09:00 of no zone, and 15 days and 5 hours are "+P2W1DT5H", which is none.
#
# Versions: DateTime::Format::ICal 0.09, DateTime::Event::ICal 0.13, DateTime 1.59 (Debian 12: libdatetime-format-ical-perl 0.09-3 and others), dateutil
#   2.9.0 (PyPI) for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 5545, section 3.3.10: the rule's times are in the zone of DTSTART. Section 3.3.6: dur-value = (dur-date / dur-time / dur-week), so weeks
#   stand alone, and dur-hour = 1*DIGIT "H" [dur-minute], so between hours and seconds there are minutes. Section 3.3.9: a period is start/end or
#   start/duration, and its second example is 19970101T180000Z/PT5H30M.
# Seen: parse_recurrence() with a dtstart in Berlin returns times whose zone is "floating", and whose epoch is that of 09:00 UTC; with one in UTC
#   format_recurrence() writes RDATE:20261130T090000 without the Z. format_duration() writes +P2W1DT5H20S for P15DT5H0M20S, an example of the RFC,
#   and +P2W1D for 15 days. parse_period() says "Invalid iCal datetime string (PT5H30M)".
# Why it matters: all meetings of the series are an hour off in Berlin, and six in Chicago, as soon as somebody compares them with a clock.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download \
    libb-hooks-endofscope-perl=0.26-1 libclass-data-inheritable-perl=0.08-3 libclass-inspector-perl=1.36-3 \
    libclass-singleton-perl=1.6-2 libclass-xsaccessor-perl=1.19-4+b1 libdatetime-event-ical-perl=0.13-2 \
    libdatetime-event-recurrence-perl=0.19-2 libdatetime-format-ical-perl=0.09-3 libdatetime-locale-perl=1:1.37-1 \
    libdatetime-perl=2:1.59-1 libdatetime-set-perl=0.3900-2 libdatetime-timezone-perl=1:2.60-1+2026f \
    libdevel-stacktrace-perl=2.0400-2 libeval-closure-perl=0.14-3 libexception-class-perl=1.45-1 libexporter-tiny-perl=1.006000-1 \
    libfile-sharedir-perl=1.118-3 liblist-moreutils-perl=0.430-2 liblist-moreutils-xs-perl=0.430-3+b1 \
    libmodule-implementation-perl=0.09-2 libmodule-runtime-perl=0.016-2 libmro-compat-perl=0.15-2 libnamespace-autoclean-perl=0.29-2 \
    libnamespace-clean-perl=0.27-2 libpackage-stash-perl=0.40-1 libpackage-stash-xs-perl=0.30-1+b1 libparams-util-perl=1.102-2+b1 \
    libparams-validate-perl=1.31-1 libparams-validationcompiler-perl=0.31-1 librole-tiny-perl=2.002004-1 libset-infinite-perl=0.65-3 \
    libspecio-perl=0.48-1 libsub-exporter-progressive-perl=0.001013-3 libsub-identify-perl=0.14-3 libtry-tiny-perl=0.31-2 \
    libvariable-magic-perl=0.63-1+b1 libxstring-perl=0.005-2+b1 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-dateutil==2.9.0.post0 six==1.17.0 2>pip.log || { cat pip.log; exit 2; }

cat > find.pl <<'PERL'
use strict;
use warnings;
use DateTime;
use DateTime::Format::ICal;

my $ical = "DateTime::Format::ICal";
for my $zone ("UTC", "Europe/Berlin", "America/Chicago") {
    my $start = DateTime->new(year => 2026, month => 11, day => 30, hour => 9, time_zone => $zone);
    my $set = $ical->parse_recurrence(recurrence => "FREQ=WEEKLY;COUNT=2", dtstart => $start);
    print "$zone: ", join(", ", map { $_->strftime("%Y-%m-%d %H:%M") . " " . $_->time_zone->name . " " . $_->epoch } $set->as_list), "\n";
    print "  written as ", join(" ", $ical->format_recurrence($set)), "\n";
}
for my $parts ([ hours => 1, minutes => 30 ], [ days => 15 ], [ days => 15, hours => 5, seconds => 20 ]) {
    print "duration @$parts: ", $ical->format_duration(DateTime::Duration->new(@$parts)), "\n";
}
for my $period ("19970101T180000Z/19970102T070000Z", "19970101T180000Z/PT5H30M") {
    print "period $period: ", eval { $ical->parse_period($period); "read" } // $@ =~ s/\n.*//sr, "\n";
}
PERL
cat > find.py <<'PY'
import re
import subprocess
from datetime import datetime

from dateutil import rrule, tz

DURATION = r"[+-]?P(?:\d+W|(?:\d+D(?:T{time})?|T{time}))".format(time=r"(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)")
result = subprocess.run(["perl", "find.pl"], capture_output=True, text=True, timeout=40)
for line in (result.stdout + result.stderr).splitlines():
    if line.startswith("duration"):
        line += "" if re.fullmatch(DURATION, line.split()[-1]) else " (not by the grammar of the RFC)"
    print(line)
for zone in ("UTC", "Europe/Berlin", "America/Chicago"):
    start = datetime(2026, 11, 30, 9, tzinfo=tz.gettz(zone))
    print(f"dateutil, {zone}:", *(f"{time:%Y-%m-%d %H:%M} {time.timestamp():.0f}" for time in rrule.rrulestr("FREQ=WEEKLY;COUNT=2", dtstart=start)))
PY
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
UTC: 2026-11-30 09:00 floating 1796029200, 2026-12-07 09:00 floating 1796634000
  written as RDATE:20261130T090000,20261207T090000
Europe/Berlin: 2026-11-30 09:00 floating 1796029200, 2026-12-07 09:00 floating 1796634000
  written as RDATE:20261130T090000,20261207T090000
America/Chicago: 2026-11-30 09:00 floating 1796029200, 2026-12-07 09:00 floating 1796634000
  written as RDATE:20261130T090000,20261207T090000
duration hours 1 minutes 30: +PT1H30M
duration days 15: +P2W1D (not by the grammar of the RFC)
duration days 15 hours 5 seconds 20: +P2W1DT5H20S (not by the grammar of the RFC)
period 19970101T180000Z/19970102T070000Z: read
period 19970101T180000Z/PT5H30M: Invalid iCal datetime string (PT5H30M)
dateutil, UTC: 2026-11-30 09:00 1796029200 2026-12-07 09:00 1796634000
dateutil, Europe/Berlin: 2026-11-30 09:00 1796025600 2026-12-07 09:00 1796630400
dateutil, America/Chicago: 2026-11-30 09:00 1796050800 2026-12-07 09:00 1796655600
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
