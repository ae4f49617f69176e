#!/bin/bash
# Ruby's iso8601: 09:59:59.96 is written as 09:59:60, which it refuses to read, and a quarter of a second that is added is three tenths.
#
# Versions: iso8601 0.13.0 (Debian 12: ruby-iso8601 0.13.0-1), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1), Python 3.11's datetime for
#   comparison. Wants `apt-get update` beforehand.
# Expected: ISO 8601 and RFC 3339, section 5.6: seconds are 00 to 59, and 60 for a leap second only. The changelog says that second is "rounded to the first
#   decimal"; a time that is rounded is the nearest one, which is 10:00:00.0.
# Seen: DateTime and Time round the seconds by themselves, without the minute: from 59.95 on it is 60. ISO8601::DateTime.new of that text raises
#   RangeError. DateTime + 0.25 rounds the number before it adds it: each addition of 0.04 adds nothing, and 0.25 is 0.3. to_f has the time in full.
# Why it matters: of times with milliseconds one in 1200 cannot be read again, at random; sums of durations of media drift.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-iso8601=0.13.0-1 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

cat > find.rb <<'RUBY'
require "iso8601"

def again(text)
  ISO8601::DateTime.new(text).to_s
rescue ISO8601::Errors::RangeError => error
  error.class
end

["2027-01-11T09:59:59.90Z", "2027-01-11T09:59:59.96Z", "2027-01-11T23:59:59.999Z"].each do |text|
  time = ISO8601::DateTime.new(text)
  puts "iso8601 #{text}: second #{time.second}, written #{time}, read again: #{again(time.to_s)}"
end
time = ISO8601::DateTime.new("2027-01-11T09:00:00Z")
puts "iso8601 09:00:00 and 0.25 seconds: #{(time + 0.25).to_f - time.to_f < 0.27 ? "0.25" : "0.3"} later"
25.times { time += 0.04 }
puts "iso8601 09:00:00 and 25 times 0.04 seconds: #{time}"
RUBY
cat > find.py <<'PY'
from datetime import datetime, timedelta

for text in ("2027-01-11T09:59:59.90Z", "2027-01-11T09:59:59.96Z", "2027-01-11T23:59:59.999Z"):
    print("Python", text, "to the nearest tenth:", (datetime.fromisoformat(text) + timedelta(seconds=0.05)).isoformat(timespec="milliseconds")[:-8])
print("Python 09:00:00 and 25 times 0.04 seconds:", datetime.fromisoformat("2027-01-11T09:00:00Z") + 25 * timedelta(seconds=0.04))
PY
{
    timeout 20 usr/bin/ruby3.1 --disable-gems find.rb
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
iso8601 2027-01-11T09:59:59.90Z: second 59.9, written 2027-01-11T09:59:59.9+00:00, read again: 2027-01-11T09:59:59.9+00:00
iso8601 2027-01-11T09:59:59.96Z: second 60.0, written 2027-01-11T09:59:60+00:00, read again: ISO8601::Errors::RangeError
iso8601 2027-01-11T23:59:59.999Z: second 60.0, written 2027-01-11T23:59:60+00:00, read again: ISO8601::Errors::RangeError
iso8601 09:00:00 and 0.25 seconds: 0.3 later
iso8601 09:00:00 and 25 times 0.04 seconds: 2027-01-11T09:00:00+00:00
Python 2027-01-11T09:59:59.90Z to the nearest tenth: 2027-01-11T09:59:59.9
Python 2027-01-11T09:59:59.96Z to the nearest tenth: 2027-01-11T10:00:00.0
Python 2027-01-11T23:59:59.999Z to the nearest tenth: 2027-01-12T00:00:00.0
Python 09:00:00 and 25 times 0.04 seconds: 2027-01-11 09:00:01+00:00
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
