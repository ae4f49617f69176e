#!/bin/bash
# Ruby's http-accept: the RFC's own "Accept-Encoding: gzip;q=1.0, identity; q=0.5, *;q=0" is a ParseError, and so is "en-GB;Q=0.8" among languages.
#
# Versions: http-accept 2.2.0 (Debian 12: ruby-http-accept 2.2.0-1), Ruby 3.1.2, WebOb 1.8.9 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 9110, section 12.4.2: weight = OWS ";" OWS "q=" qvalue, so blanks may stand on both sides of the semicolon; section 12.5.3 has this example.
#   RFC 9110, section 2.1, with RFC 5234, section 2.3: strings of the grammar, as "q=", are of either case. Section 5.6.1.2: a recipient MUST
#   accept a reasonable number of empty elements in a list.
# Seen: Encodings.parse() raises "Could not parse entire string!" for the example, for "gzip; q=0.5" and "gzip,,br"; Languages.parse() for "de, en-
#   GB;Q=0.8" and "de,,en", MediaTypes.parse() for "text/html,,text/plain". Languages.parse() takes "en-GB; q=0.8", with a blank. MediaTypes.parse()
#   gives "text/html;Q=0.3" the weight 1.0. WebOb reads all of them, and weighs that as 0.3.
# Why it matters: an error from a header that says which languages one would rather have is an internal server error instead of a page.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-http-accept=2.2.0-1 ruby3.1=3.1.7+really3.1.2-0+deb12u1 libruby3.1=3.1.7+really3.1.2-0+deb12u1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check WebOb==1.8.9

cat > cases <<'TEXT'
Encodings gzip, br;q=0.5
Encodings gzip;q=1.0, identity; q=0.5, *;q=0
Encodings gzip; q=0.5
Encodings gzip,,br
Languages de, en-GB;q=0.8
Languages de, en-GB; q=0.8
Languages de, en-GB;Q=0.8
Languages de,,en
MediaTypes text/html;q=0.3
MediaTypes text/html;Q=0.3
MediaTypes text/html,,text/plain
TEXT
cat > find.rb <<'RUBY'
require "http/accept"

NAMES = { "Encodings" => :encoding, "Languages" => :locale, "MediaTypes" => :mime_type }
File.readlines("cases", chomp: true).each do |line|
  kind, value = line.split(" ", 2)
  entries = HTTP::Accept.const_get(kind).parse(value)
  puts entries.map { |entry| "#{entry.send(NAMES[kind])} #{entry.quality_factor}" }.join(", ")
rescue HTTP::Accept::ParseError => error
  puts "ParseError: #{error.message}"
end
RUBY
cat > find.py <<'PY'
import os
import subprocess

from webob import acceptparse

environment = {
    **os.environ,
    "LD_LIBRARY_PATH": os.path.abspath("usr/lib/x86_64-linux-gnu"),
    "RUBYLIB": "usr/share/rubygems-integration/all/gems/http-accept-2.2.0/lib:usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:"
    "usr/lib/x86_64-linux-gnu/ruby/3.1.0",
}
result = subprocess.run(["usr/bin/ruby3.1", "find.rb"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
with open("cases") as cases:
    for case, line in zip(cases, result.stdout.splitlines(), strict=True):
        kind, value = case.strip().split(" ", 1)
        if kind == "Encodings":
            parsed = [(entry[0], entry[1]) for entry in acceptparse.create_accept_encoding_header(value).parsed]
        elif kind == "Languages":
            parsed = [(entry[0], entry[1]) for entry in acceptparse.create_accept_language_header(value).parsed]
        else:
            parsed = [(entry[0], entry[1]) for entry in acceptparse.create_accept_header(value).parsed]
        print(f"{kind}: {value}\n  http-accept: {line}\n  WebOb: {', '.join(f'{name} {weight}' for name, weight in parsed)}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Encodings: gzip, br;q=0.5
  http-accept: gzip 1.0, br 0.5
  WebOb: gzip 1.0, br 0.5
Encodings: gzip;q=1.0, identity; q=0.5, *;q=0
  http-accept: ParseError: Could not parse entire string!
  WebOb: gzip 1.0, identity 0.5, * 0.0
Encodings: gzip; q=0.5
  http-accept: ParseError: Could not parse entire string!
  WebOb: gzip 0.5
Encodings: gzip,,br
  http-accept: ParseError: Could not parse entire string!
  WebOb: gzip 1.0, br 1.0
Languages: de, en-GB;q=0.8
  http-accept: de 1.0, en-GB 0.8
  WebOb: de 1.0, en-GB 0.8
Languages: de, en-GB; q=0.8
  http-accept: de 1.0, en-GB 0.8
  WebOb: de 1.0, en-GB 0.8
Languages: de, en-GB;Q=0.8
  http-accept: ParseError: Could not parse entire string!
  WebOb: de 1.0, en-GB 0.8
Languages: de,,en
  http-accept: ParseError: Could not parse entire string!
  WebOb: de 1.0, en 1.0
MediaTypes: text/html;q=0.3
  http-accept: text/html 0.3
  WebOb: text/html 0.3
MediaTypes: text/html;Q=0.3
  http-accept: text/html 1.0
  WebOb: text/html 0.3
MediaTypes: text/html,,text/plain
  http-accept: ParseError: Could not parse entire string!
  WebOb: text/html 1.0, text/plain 1.0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
