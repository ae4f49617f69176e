#!/bin/bash
# Ruby's simple_oauth: a header with realm="Photos", as in each example of RFC 5849, raises "Found extra option keys", and to_s cannot write one.
#
# Versions: simple_oauth 0.3.1 (Debian 12: ruby-simple-oauth 0.3.1-3), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1), oauthlib 3.2.2 (PyPI)
#   as the client. Wants `apt-get update` beforehand.
# Expected: RFC 5849, section 3.5.1: "Servers MAY indicate their support ... by returning the realm", and the header of a client "MAY" have it;
#   section 3.4.1.3.1: it is left out of what is signed. The README: SimpleOAuth builds and verifies OAuth headers.
# Seen: parse() reads the realm, and valid?(), to_s and signed_attributes raise RuntimeError for it. The same header without the realm is valid, so the
#   signature is right. With the option ignore_extra_keys the realm is left out.
# Why it matters: services such as NetSuite want a realm, and clients that send it get an error of the server, 500, for a right signature.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-simple-oauth=0.3.1-3 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check oauthlib==3.2.2

cat > find.py <<'PY'
from oauthlib.oauth1 import Client

for realm in (None, "Photos"):
    client = Client("key", client_secret="secret", realm=realm, timestamp="137131200", nonce="wIjqoxSZG")
    print(client.sign("https://photos.example.net/initiate?size=original", "GET")[1]["Authorization"])
PY
cat > find.rb <<'RUBY'
require "simple_oauth"

$stdin.each_line(chomp: true) do |line|
  header = SimpleOAuth::Header.new(:get, "https://photos.example.net/initiate?size=original", {}, line)
  result = begin
    header.valid?(consumer_secret: "secret")
  rescue RuntimeError => error
    "#{error.class}: #{error.message.lines.first.chomp}"
  end
  puts "realm #{SimpleOAuth::Header.parse(line)[:realm] || "-"}: valid? #{result}"
end
options = {consumer_key: "key", consumer_secret: "secret", realm: "Photos", timestamp: "137131200", nonce: "wIjqoxSZG"}
result = begin
  SimpleOAuth::Header.new(:get, "https://photos.example.net/initiate", {}, options).to_s
rescue RuntimeError => error
  error.class
end
puts "to_s with a realm: #{result}"
header = SimpleOAuth::Header.new(:get, "https://photos.example.net/initiate", {}, options.merge(ignore_extra_keys: true)).to_s
puts "to_s with ignore_extra_keys has a realm: #{header.include?("realm")}"
RUBY
timeout 20 venv/bin/python find.py | timeout 20 usr/bin/ruby3.1 --disable-gems find.rb >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
realm -: valid? true
realm Photos: valid? RuntimeError: SimpleOAuth: Found extra option keys not matching ATTRIBUTE_KEYS:
to_s with a realm: RuntimeError
to_s with ignore_extra_keys has a realm: false
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
