#!/bin/bash
# Ruby's net-dns: a DKIM key, which takes two strings, gets a blank between them and one at its end, and an answer with a CAA or HTTPS record is an error.
#
# Versions: net-dns 0.9.1 (Debian 12: ruby-net-dns 0.9.1-2), Ruby 3.1.2, dnspython 2.7.0 (PyPI) for comparison and for the answers. Wants `apt-get
#   update` beforehand.
# Expected: RFC 1035, section 3.3.14: TXT-DATA is one or more strings. RFC 6376, section 3.6.2.2, and RFC 7208, section 3.3: they are put together
#   without a blank. RFC 3597, section 3: records of unknown types are data that one may pass over. RFC 1035, section 3.3.2: HINFO is two strings, and
#   section 5.1: in text quotation marks are no part of them.
# Seen: of the strings "v=DKIM1; p=AAAA" and "BBBB" txt() makes "v=DKIM1; p=AAAA BBBB ", and to_s() of the record has no text at all, nor has that
#   of SRV. An answer to ANY with CAA or HTTPS raises "Unkown type number 257", or 65. HINFO "a b" "c" is shown as "a b\x01" "c", and has lost its
#   name. RR.new('... TXT "ab"') sends the quotation marks, and SRV raises a TypeError. dnspython reads and writes all of them.
# Why it matters: keys of 2,048 bits never fit into one string, and with a blank in it a key is not the same text. Of an answer to ANY that has a
#   record of a later kind nothing can be read at all.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-net-dns=0.9.1-2 ruby3.1=3.1.7+really3.1.2-0+deb12u1 libruby3.1=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dnspython==2.7.0 2>pip.log || { cat pip.log; exit 2; }

cat > find.rb <<'RUBY'
require "net/dns"

# Each line is an answer, in hexadecimal, or a record as text.
File.readlines("cases", chomp: true).each do |line|
  kind, value = line.split(" ", 2)
  if kind == "answer"
    record = Net::DNS::Packet.parse([value].pack("H*")).answer.first
    text = record.respond_to?(:txt) ? ", txt #{record.txt.inspect}" : ""
    puts "to_s #{record.to_s.squeeze(' ').inspect}#{text}"
  else
    puts Net::DNS::RR.new(value).data.unpack1("H*")
  end
rescue StandardError => error
  puts "#{error.class}: #{error.message.lines.first.strip}"
end
RUBY
cat > find.py <<'PY'
import os
import subprocess

import dns.message
import dns.rdatatype
import dns.rrset

RECORDS = (
    "A 192.0.2.1", 'TXT "v=DKIM1; p=AAAA" "BBBB"', "SRV 0 5 5060 sip.example.", 'HINFO "a b" "c"', 'CAA 0 issue "ca.example"',
    "HTTPS 1 . alpn=h2",
)  # fmt: skip
TEXTS = ("A 192.0.2.1", "TXT ab", 'TXT "ab"', "SRV 0 5 5060 sip.example.")


def rrset(record):
    kind, data = record.split(" ", 1)
    return dns.rrset.from_text("a.example.", 3600, "IN", kind, data)


with open("cases", "w") as cases:
    for record in RECORDS:
        answer = dns.message.make_response(dns.message.make_query("a.example.", "ANY"))
        answer.answer.append(rrset(record))
        assert str(dns.message.from_wire(answer.to_wire()).answer[0][0]) == record.split(" ", 1)[1].replace("alpn=h2", 'alpn="h2"')
        cases.write(f"answer {answer.to_wire().hex()}\n")
    for text in TEXTS:
        cases.write(f"text a.example. 3600 IN {text}\n")
result = subprocess.run(["usr/bin/ruby3.1", "-W0", "find.rb"], env=os.environ, capture_output=True, text=True, timeout=40)
lines = iter(result.stdout.splitlines())
for record in RECORDS:
    print(f"answer with {record}\n  net-dns: {next(lines)}")
for text in TEXTS:
    right = b"\1a\7example\0" + dns.rdatatype.from_text(text.split()[0]).to_bytes(2, "big") + b"\0\1\0\0\x0e\x10"
    data = rrset(text)[0].to_wire()
    print(f"text {text}\n  net-dns:   {next(lines)}\n  dnspython: {(right + len(data).to_bytes(2, 'big') + data).hex()}")
print(result.stderr, end="")
PY
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
answer with A 192.0.2.1
  net-dns: to_s "a.example. 3600 IN A 192.0.2.1"
answer with TXT "v=DKIM1; p=AAAA" "BBBB"
  net-dns: to_s "a.example. 3600 IN TXT ", txt "v=DKIM1; p=AAAA BBBB "
answer with SRV 0 5 5060 sip.example.
  net-dns: to_s "a.example. 3600 IN SRV "
answer with HINFO "a b" "c"
  net-dns: to_s " IN HINFO \"a b\x01\" \"c\""
answer with CAA 0 issue "ca.example"
  net-dns: ArgumentError: Unkown type number 257
answer with HTTPS 1 . alpn=h2
  net-dns: ArgumentError: Unkown type number 65
text A 192.0.2.1
  net-dns:   0161076578616d706c65000001000100000e100004c0000201
  dnspython: 0161076578616d706c65000001000100000e100004c0000201
text TXT ab
  net-dns:   0161076578616d706c65000010000100000e100003026162
  dnspython: 0161076578616d706c65000010000100000e100003026162
text TXT "ab"
  net-dns:   0161076578616d706c65000010000100000e1000050422616222
  dnspython: 0161076578616d706c65000010000100000e100003026162
text SRV 0 5 5060 sip.example.
  net-dns:   TypeError: no implicit conversion of nil into Integer
  dnspython: 0161076578616d706c65000021000100000e1000130000000513c403736970076578616d706c6500
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
