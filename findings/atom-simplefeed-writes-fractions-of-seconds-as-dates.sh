#!/bin/bash
# Perl's XML::Atom::SimpleFeed: with a time of Time::HiRes the feed says <updated>1799658000.25</updated>, and of 1960 <published>-315619200</published>.
#
# Versions: XML::Atom::SimpleFeed 0.905 (Debian 12: libxml-atom-simplefeed-perl 0.905-3), Perl 5.36, Python 3.11's datetime as the reader.
#   Wants `apt-get update` beforehand, and perl.
# Expected: RFC 4287, section 3.3: a date construct "MUST conform to the date-time production in RFC 3339". The module turns numbers, and
#   objects with an epoch, into such dates. perldoc Time::HiRes: its time() is there in place of Perl's own, with fractions.
# Seen: numbers are those of digits only. All else is taken for a date that is written already, and goes into the feed as it is, with no warning: a
#   fraction, a sign, also the epoch of a DateTime object before 1970.
# Why it matters: `use Time::HiRes "time"` at the top of a program makes a feed without a date, which readers sort to the end or refuse.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libxml-atom-simplefeed-perl=0.905-3 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libxml-atom-simplefeed-perl*.deb .

cat > find.pl <<'PERL'
use strict;
use warnings;
use lib "usr/share/perl5";
use XML::Atom::SimpleFeed;

my $feed = XML::Atom::SimpleFeed->new(title => "News", id => "urn:example:1", author => "Jo Doe", updated => 1799658000);
my %entries = (whole => 1799658000, fraction => 1799658000.25, 1960 => -315619200);
for my $name (sort keys %entries) {
    $feed->add_entry(title => $name, id => "urn:example:$name", updated => $entries{$name}, link => "https://example.org/$name");
}
$feed->print;
PERL
cat > find.py <<'PY'
import re
import sys
from datetime import datetime

for title, written in re.findall("<title>(.*?)</title><id>.*?</id><updated>(.*?)</updated>", sys.stdin.read())[1:]:
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        time = "no date"
    print(f"{title}: {written}: {time}")
PY
timeout 20 perl find.pl | timeout 20 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
fraction: 1799658000.25: no date
whole: 2027-01-11T09:00:00Z: 2027-01-11 09:00:00+00:00
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
