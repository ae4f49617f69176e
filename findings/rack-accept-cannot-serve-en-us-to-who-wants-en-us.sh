#!/bin/bash
# Ruby's rack-accept: of en-US and de nothing is acceptable to "Accept-Language: en-US", and "Accept: text/html; level=1" is an exception.
#
# Versions: rack-accept 0.4.5 (Debian 12: ruby-rack-accept 0.4.5-3.1), rack 2.2.22 (ruby-rack 2.2.22-0+deb12u2), Ruby 3.1.2 (ruby3.1, libruby3.1
#   3.1.7+really3.1.2-0+deb12u1), WebOb 1.8.9 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: its README: "Strict adherence to RFC 2616", section 14. There, sections 3.10 and 3.4: language tags and charsets are case-insensitive; section
#   14.4: a range matches a tag if it is equal to it. Section 14.1 has "text/html;level=1" in its examples, and 3.7 and 2.1 allow blanks at the
#   semicolons, and values in quotation marks. RFC 9110, section 12.5.1, is the same.
# Seen: what the client sends is turned into small letters, and what the program offers is not: en-US, de-CH and UTF-8 are refused to those who ask for just
#   them. A range with a blank before its parameter, or with a value in quotation marks, raises RuntimeError "Invalid header value".
# Why it matters: with the middleware `use Rack::Accept` such clients get 406, or nothing of a site in Swiss German; clients of ActivityPub, which send
#   'application/ld+json; profile="..."', get 500. Offer names in small letters, and rescue the error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-rack-accept=0.4.5-3.1 ruby-rack=2.2.22-0+deb12u2 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
export RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0:$(echo usr/share/rubygems-integration/all/gems/rack-2*/lib)
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check webob==1.8.9

cat > find.rb <<'RUBY'
require "rack"
require "rack/accept"

def attempt(text)
  puts "rack-accept #{text}: #{yield || "none"}"
rescue RuntimeError => error
  puts "rack-accept #{text}: #{error.class}"
end

["de", "en-US", "en", "de-CH, fr;q=0.1"].each do |text|
  attempt(text) { Rack::Accept::Language.new(text).best_of(["en-US", "de-CH", "de"]) }
end
attempt("UTF-8") { Rack::Accept::Charset.new("UTF-8").best_of(["UTF-8"]) }
["text/html", "text/html; level=1", 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'].each do |text|
  attempt(text) { Rack::Accept::MediaType.new(text).best_of(["text/html", "application/ld+json", text]) }
end
app = Rack::Accept.new(->(env) { [200, {}, []] }) { |context| context.languages = ["en-US"] }
puts "rack-accept as a middleware: #{app.call({"HTTP_ACCEPT_LANGUAGE" => "en-US"})[0]}"
RUBY
cat > find.py <<'PY'
from webob.acceptparse import create_accept_charset_header, create_accept_header, create_accept_language_header

for text in ("de", "en-US", "en", "de-CH, fr;q=0.1"):
    found = create_accept_language_header(text).basic_filtering(["en-US", "de-CH", "de"])
    print(f"WebOb {text}: {found[0][0] if found else 'none'}")
print("WebOb UTF-8:", create_accept_charset_header("UTF-8").acceptable_offers(["UTF-8"])[0][0])
for text in ("text/html", "text/html; level=1", 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'):
    print(f"WebOb {text}: {create_accept_header(text).acceptable_offers(['text/html', 'application/ld+json', text])[0][0]}")
PY
{
    timeout 20 usr/bin/ruby3.1 --disable-gems find.rb
    timeout 20 venv/bin/python find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
rack-accept de: de-CH
rack-accept en-US: none
rack-accept en: en-US
rack-accept de-CH, fr;q=0.1: none
rack-accept UTF-8: none
rack-accept text/html: text/html
rack-accept text/html; level=1: RuntimeError
rack-accept application/ld+json; profile="https://www.w3.org/ns/activitystreams": RuntimeError
rack-accept as a middleware: 406
WebOb de: de-CH
WebOb en-US: en-US
WebOb en: en-US
WebOb de-CH, fr;q=0.1: de-CH
WebOb UTF-8: UTF-8
WebOb text/html: text/html
WebOb text/html; level=1: text/html; level=1
WebOb application/ld+json; profile="https://www.w3.org/ns/activitystreams": application/ld+json; profile="https://www.w3.org/ns/activitystreams"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
