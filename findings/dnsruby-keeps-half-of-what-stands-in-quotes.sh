#!/bin/bash
# Ruby's dnsruby: of the text "a b" x the x is gone, HINFO "a b" c is "a" "b", and an address with a blank in a URI record ends there.
#
# Versions: dnsruby 1.61.5 (Debian 12: ruby-dnsruby 1.61.5-3, and the packages below), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1),
#   dnspython 2.8.0 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 1035, section 5.1: a character string is a run of characters without blanks, or stands in quotation marks and may have blanks; one record
#   may mix both (TXT, HINFO). RFC 7553, section 4.1: the target of a URI record stands in quotation marks. RFC 8078, section 4:
#   a child that is to be signed no more has CDS 0 0 0 00.
# Seen: of TXT "a b" x the last string is lost, of HINFO "a b" c the second one, and the first is cut in two; of a URI record the target ends at its first
#   blank. CDS 0 0 0 00 is written as "0 RESERVED 0 ( 00 )", where dnspython finds no number. dnspython
#   reads all of them.
# Why it matters: keys of mail servers, verification strings and addresses of services come from zone files that are written like this.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-dnsruby=1.61.5-3 ruby-simpleidn=0.1.1-2 ruby-unf=0.1.4-2.1 ruby-unf-ext=0.0.7.7-1+b4 \
    {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dnspython==2.8.0

cat > find.rb <<'RUBY'
require "dnsruby"
for text in ARGV
  begin
    puts Dnsruby::RR.create("example.org. 60 IN #{text}").to_s.split("\t", 4)[3].tr("\t", " ")
  rescue ArgumentError => error
    puts "#{error.class}: #{error.message}"
  end
end
RUBY
cat > find.py <<'PY'
import glob
import os
import subprocess

import dns.exception
import dns.rdata

RECORDS = (
    'TXT "a b" "x"',
    'TXT "a b" x',
    'HINFO "a b" c',
    'URI 10 1 "https://example.org/a b"',
    "CDS 0 0 0 00",
)
LIB = "usr/lib/x86_64-linux-gnu"
paths = [*glob.glob("usr/lib/ruby/gems/3.1.0/gems/*/lib"), *glob.glob("usr/share/rubygems-integration/all/gems/*/lib")]
paths += ["usr/lib/ruby/vendor_ruby", "usr/lib/ruby/3.1.0", f"{LIB}/ruby/3.1.0"]
environment = {**os.environ, "LD_LIBRARY_PATH": LIB, "RUBYLIB": ":".join(os.path.abspath(path) for path in paths)}
result = subprocess.run(
    ["usr/bin/ruby3.1", "--disable-gems", "find.rb", *RECORDS],
    env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30,
)  # fmt: skip


def by_dnspython(text):
    kind, data = text.split(" ", 1)
    try:
        return dns.rdata.from_text("IN", kind, data).to_text()
    except (dns.exception.DNSException, ValueError) as error:
        return f"{type(error).__name__}"


for record, line in zip(RECORDS, result.stdout.splitlines(), strict=True):
    print(f"{record}\n    dnsruby:   {line}\n    dnspython: {by_dnspython(record)}")
print(f"dnspython on what dnsruby writes for CDS: {by_dnspython(result.stdout.splitlines()[-1])}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
TXT "a b" "x"
    dnsruby:   TXT "a b" "x"
    dnspython: "a b" "x"
TXT "a b" x
    dnsruby:   TXT "a b"
    dnspython: "a b" "x"
HINFO "a b" c
    dnsruby:   HINFO "a" "b"
    dnspython: "a b" "c"
URI 10 1 "https://example.org/a b"
    dnsruby:   URI 10 1 "https://example.org/a"
    dnspython: 10 1 "https://example.org/a b"
CDS 0 0 0 00
    dnsruby:   CDS 0 RESERVED 0 ( 00 )
    dnspython: 0 0 0 00
dnspython on what dnsruby writes for CDS: SyntaxError
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
