#!/bin/bash
# Perl's Tie::iCal: to copy an event from one calendar to another, as its synopsis does, ends in an error if it has CATEGORIES:WORK,CLUB or two EXDATEs.
#
# Versions: Tie::iCal 0.15 (Debian 12: libtie-ical-perl 0.15-4), Perl 5.36. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 5545, section 3.1.1: "Some properties and parameters allow a list of values", separated by commas, among them CATEGORIES, EXDATE, RDATE and
#   RESOURCES; section 3.3.13: a URL is no such list, and may have a comma. The module's synopsis copies all events of two calendars into a third.
# Seen: a list becomes an array of strings when it is read, and an array is a list of properties with parameters when it is written: "Can't use string
#   ("WORK") as a HASH ref". A URL with a comma is taken for a list as well, and fails alike. An event without a comma is copied, and so is a list
#   with a parameter, as in EXDATE;TZID=Europe/Berlin:...
# Why it matters: the program stops at the first such event, and what it has copied by then is a part of the calendar.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libtie-ical-perl=0.15-4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5

cat > find.pl <<'PERL'
use strict;
use warnings;
use Tie::iCal;

for my $line (
    "SUMMARY:Lunch\\, at noon",
    "EXDATE;TZID=Europe/Berlin:20261207T090000,20261214T090000",
    "EXDATE:20261207T090000Z",
    "EXDATE:20261207T090000Z,20261214T090000Z",
    "RDATE:20261207T090000Z,20261214T090000Z",
    "CATEGORIES:WORK,CLUB",
    "URL:https://example.org/a,b",
) {
    unlink "first.ics", "second.ics";
    my @lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", "UID:1\@example.org", "DTSTAMP:20261130T050000Z",
        "DTSTART:20261130T090000Z", $line, "END:VEVENT", "END:VCALENDAR");
    open my $file, ">", "first.ics" or die;
    print $file map { "$_\r\n" } @lines;
    close $file;
    tie my %first, "Tie::iCal", "first.ics" or die;
    tie my %second, "Tie::iCal", "second.ics" or die;
    eval {
        while (my ($uid, $event) = each %first) {
            $second{$uid} = $event;
        }
    };
    my $error = $@ =~ s/ while .*//sr;
    untie %first;
    untie %second;
    my $copy = -e "second.ics" ? do { local (@ARGV, $/) = "second.ics"; <> } : "";
    print "$line\n  ", $error || ($copy =~ /^\Q$line\E\r?$/m ? "copied" : "not there"), "\n";
}
PERL
timeout 30 perl find.pl >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
SUMMARY:Lunch\, at noon
  copied
EXDATE;TZID=Europe/Berlin:20261207T090000,20261214T090000
  copied
EXDATE:20261207T090000Z
  copied
EXDATE:20261207T090000Z,20261214T090000Z
  Can't use string ("20261207T090000Z") as a HASH ref
RDATE:20261207T090000Z,20261214T090000Z
  Can't use string ("20261207T090000Z") as a HASH ref
CATEGORIES:WORK,CLUB
  Can't use string ("WORK") as a HASH ref
URL:https://example.org/a,b
  Can't use string ("https://example.org/a") as a HASH ref
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
