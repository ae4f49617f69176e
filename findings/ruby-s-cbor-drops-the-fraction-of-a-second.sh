#!/bin/bash
# Ruby's cbor: Time.at(1.5) is written as the second 1, and -1.5 as -2, while 1.5 itself, and a time read with its fraction, keep it.
#
# Versions: cbor 0.5.9.6 (Debian 12: ruby-cbor 0.5.9.6-2+b4), Ruby 3.1.2, cbor2 5.6.5 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 8949, section 3.4.2: the content of tag 1 is an integer or a floating-point number of seconds, and of the latter the RFC says that it is for
#   times with fractions. cbor itself decodes such a number to a Time with its fraction.
# Seen: Time.at(1.5).to_cbor is c101, and CBOR.encode(Time.at(1764475200, 250, :millisecond)) c11a692bc140. CBOR.decode() of c1fb3ff8000000000000 is
#   a Time with its half second, and to_cbor of that again c101. cbor2 writes c1fb3ff8000000000000, and reads what Ruby wrote as the full second.
# Why it matters: times that have been through CBOR no longer compare equal, and events of one second lose their order.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-cbor=0.5.9.6-2+b4 ruby3.1=3.1.7+really3.1.2-0+deb12u1 libruby3.1=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cbor2==5.6.5 2>pip.log || { cat pip.log; exit 2; }

cat > find.rb <<'RUBY'
require "cbor"

[1.5, Time.at(1), Time.at(1.5), Time.at(-1.5), Time.at(1_764_475_200, 250, :millisecond)].each do |value|
  puts "#{value.is_a?(Time) ? "time #{value.to_f}" : value} #{value.to_cbor.unpack1('H*')}"
end
time = CBOR.decode(["c1fb3ff8000000000000"].pack("H*"))
puts "decoded #{time.to_f} #{time.to_cbor.unpack1('H*')}"
RUBY
cat > find.py <<'PY'
import os
import subprocess
from datetime import datetime, timezone

import cbor2

gems = "usr/lib/x86_64-linux-gnu/rubygems-integration/3.1.0"
environment = {
    **os.environ,
    "LD_LIBRARY_PATH": os.path.abspath("usr/lib/x86_64-linux-gnu"),
    "RUBYLIB": f"{gems}/gems/cbor-0.5.9.6/lib:{gems}/extensions/x86_64-linux/3.1.0/cbor-0.5.9.6:usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:"
    "usr/lib/x86_64-linux-gnu/ruby/3.1.0",
}
result = subprocess.run(["usr/bin/ruby3.1", "find.rb"], env=environment, capture_output=True, text=True, timeout=40)
for line in result.stdout.splitlines():
    name, octets = line.rsplit(" ", 1)
    value = cbor2.loads(bytes.fromhex(octets))
    number = float(name.split()[-1])
    moment = datetime.fromtimestamp(number, timezone.utc)
    right = cbor2.dumps(number if name == "1.5" else moment, datetime_as_timestamp=True).hex()
    print(f"{name}: {octets}, which is {value.timestamp() if isinstance(value, datetime) else value} to cbor2; by cbor2: {right}")
print(result.stderr, end="")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
1.5: f93e00, which is 1.5 to cbor2; by cbor2: fb3ff8000000000000
time 1.0: c101, which is 1.0 to cbor2; by cbor2: c101
time 1.5: c101, which is 1.0 to cbor2; by cbor2: c1fb3ff8000000000000
time -1.5: c121, which is -2.0 to cbor2; by cbor2: c1fbbff8000000000000
time 1764475200.2499998: c11a692bc140, which is 1764475200.0 to cbor2; by cbor2: c1fb41da4af050100000
decoded 1.5: c101, which is 1.0 to cbor2; by cbor2: c1fb3ff8000000000000
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
