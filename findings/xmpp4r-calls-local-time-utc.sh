#!/bin/bash
# Ruby's XMPP4R: the stamp of a delayed message that it writes is in local time, and is read, by itself and by others, as UTC: an hour off in Lagos.
#
# Versions: XMPP4R 0.5.6 (Debian 12: ruby-xmpp4r 0.5.6-2), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1), Python 3.11 for comparison.
#   Wants `apt-get update` beforehand.
# Expected: XEP-0091, which the class implements (jabber:x:delay): the stamp "MUST adhere to the legacy date format CCYYMMDDThh:mm:ss", and the time zone
#   "is always UTC". Its documentation: XDelay.new "sets stamp to the current time", and stamp is a Time.
# Seen: Jabber::Delay::XDelay writes the hour of the Time that it gets, in whatever zone that is, and reads it with a Z. So stamp= and stamp do not fit
#   each other, and XDelay.new is right only where the computer's zone is UTC. With time.utc there is no difference.
# Why it matters: bots and gateways that deliver messages later, and rooms that repeat old ones, tell the wrong time; clients sort them into the future.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-xmpp4r=0.5.6-2 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
RUBYLIB=$(echo usr/share/rubygems-integration/all/gems/xmpp4r-*/lib):$(echo usr/lib/ruby/gems/3.1.0/gems/rexml-*/lib)
export RUBYLIB=$RUBYLIB:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

cat > find.rb <<'RUBY'
require "xmpp4r"
require "xmpp4r/delay/x/delay"

now = Jabber::Delay::XDelay.new.stamp - Time.now
time = Time.at(1799658000)
delay = Jabber::Delay::XDelay.new(false)
delay.stamp = time
puts "XMPP4R in #{ENV["TZ"]}: #{time.getutc.iso8601} is written #{delay.attributes["stamp"]}, and read #{delay.stamp.getutc.iso8601}"
puts "XMPP4R in #{ENV["TZ"]}: XDelay.new is #{(now / 3600).round} hours ahead"
RUBY
cat > find.py <<'PY'
from datetime import datetime, timezone

print("Python:", datetime.fromtimestamp(1799658000, timezone.utc).strftime("%Y%m%dT%H:%M:%S"))
PY
{
    for zone in UTC Africa/Lagos America/Bogota; do
        TZ=$zone timeout 20 usr/bin/ruby3.1 --disable-gems find.rb
    done
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
XMPP4R in UTC: 2027-01-11T09:00:00Z is written 20270111T09:00:00, and read 2027-01-11T09:00:00Z
XMPP4R in UTC: XDelay.new is 0 hours ahead
XMPP4R in Africa/Lagos: 2027-01-11T09:00:00Z is written 20270111T10:00:00, and read 2027-01-11T10:00:00Z
XMPP4R in Africa/Lagos: XDelay.new is 1 hours ahead
XMPP4R in America/Bogota: 2027-01-11T09:00:00Z is written 20270111T04:00:00, and read 2027-01-11T04:00:00Z
XMPP4R in America/Bogota: XDelay.new is -5 hours ahead
Python: 20270111T09:00:00
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
