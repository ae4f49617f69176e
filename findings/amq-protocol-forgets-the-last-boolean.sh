#!/bin/bash
# Ruby's amq-protocol, with which Bunny reads AMQP: of an array [true] nothing is left, -2 is 4,294,967,294, and 1.5 is next to nothing.
#
# Versions: amq-protocol 2.3.2 (Debian 12: ruby-amq-protocol 2.3.2-1), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1), pamqp 3.3.0
#   (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: RabbitMQ's errata for AMQP 0-9-1 list the types of values in tables: "b" is a signed octet, "B" an unsigned one, "u" an unsigned
#   short-int, "I" a signed long-int, "i" an unsigned one, "f" a float, "D" a decimal, "V" no value; numbers are in network order (specification,
#   section 4.2.5.1).
# Seen: values that start within the last three octets of an array are left out: [true, false] is [true], [true] is []. A "V" in a table takes its key
#   along, that in an array does not. -2 as "I" and as "b" is 4,294,967,294 and 254. 1.5 as "f" is 6.9e-41: its octets are read from the wrong end.
#   "D" ends in NoMethodError (BigDecimal), "B", "u" and "i" in ArgumentError. pamqp reads all of them; with what amq-protocol itself writes it is the
#   same for true.
# Why it matters: a message whose headers another client has written arrives with other numbers, without its last flag, or stops the consumer.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-amq-protocol=2.3.2-1 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pamqp==3.3.0

cat > find.rb <<'RUBY'
require "amq/protocol/client"
Table = AMQ::Protocol::Table

def attempt
  yield
rescue NoMethodError, ArgumentError => error
  "#{error.class}: #{error.message.lines.first.strip}"
end

ARGF.each_line do |line|
  puts attempt { Table.decode([line.strip].pack("H*")) }
end
for array in [["text"], [true, false], [true]]
  puts "itself: #{array} is read as #{attempt { Table.decode(Table.encode("k" => array))["k"] }}"
end
RUBY
cat > find.py <<'PY'
import os
import struct
import subprocess

from pamqp import decode

TRUE, FALSE = b"t\1", b"t\0"
VALUES = {
    "a text": b"S" + struct.pack(">I", 1) + b"a",
    "[true, false]": b"A" + struct.pack(">I", 4) + TRUE + FALSE,
    "[true]": b"A" + struct.pack(">I", 2) + TRUE,
    "no value": b"V",
    "-2 (I)": b"I" + struct.pack(">i", -2),
    "-2 (b)": b"b" + struct.pack(">b", -2),
    "-2 (l)": b"l" + struct.pack(">q", -2),
    "1.5 (f)": b"f" + struct.pack(">f", 1.5),
    "1.5 (d)": b"d" + struct.pack(">d", 1.5),
    "1.5 (D)": b"D\1" + struct.pack(">i", 15),
    "7 (B)": b"B\7",
    "7 (u)": b"u" + struct.pack(">H", 7),
    "7 (i)": b"i" + struct.pack(">I", 7),
}
tables = {}
for name, value in VALUES.items():
    field = b"\1k" + value
    tables[name] = struct.pack(">I", len(field)) + field
environment = {
    **os.environ,
    "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu",
    "RUBYLIB": "usr/share/rubygems-integration/all/gems/amq-protocol-2.3.2/lib:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0",
}
result = subprocess.run(
    ["usr/bin/ruby3.1", "--disable-gems", "find.rb"], input="\n".join(table.hex() for table in tables.values()), env=environment,
    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30,
)  # fmt: skip
lines = result.stdout.splitlines()
for (name, table), line in zip(tables.items(), lines):
    print(f"{name}: {line}; by pamqp: {decode.field_table(table)[1]}")
print(*lines[len(tables) :], sep="\n")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
a text: {"k"=>"a"}; by pamqp: {'k': 'a'}
[true, false]: {"k"=>[true]}; by pamqp: {'k': [True, False]}
[true]: {"k"=>[]}; by pamqp: {'k': [True]}
no value: {}; by pamqp: {'k': None}
-2 (I): {"k"=>4294967294}; by pamqp: {'k': -2}
-2 (b): {"k"=>254}; by pamqp: {'k': -2}
-2 (l): {"k"=>-2}; by pamqp: {'k': -2}
1.5 (f): {"k"=>6.896490392174587e-41}; by pamqp: {'k': 1.5}
1.5 (d): {"k"=>1.5}; by pamqp: {'k': 1.5}
1.5 (D): NoMethodError: undefined method `BigDecimal' for AMQ::Protocol::TableValueDecoder:Class; by pamqp: {'k': Decimal('1.5')}
7 (B): ArgumentError: Not a valid type: "B"; by pamqp: {'k': 7}
7 (u): ArgumentError: Not a valid type: "u"; by pamqp: {'k': 7}
7 (i): ArgumentError: Not a valid type: "i"; by pamqp: {'k': 7}
itself: ["text"] is read as ["text"]
itself: [true, false] is read as [true]
itself: [true] is read as []
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
