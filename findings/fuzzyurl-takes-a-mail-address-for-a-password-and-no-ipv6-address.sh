#!/bin/bash
# Ruby's fuzzyurl: "https://[2001:db8::1]/" is no URL, and of "mailto:jo@example.org" mailto is the user, jo the password and example.org the host.
#
# Versions: fuzzyurl 0.8.0 (Debian 12: ruby-fuzzyurl 0.8.0-1.1), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1) and its URI for
#   comparison. Wants `apt-get update` beforehand.
# Expected: RFC 3986, section 3.2.2: an IPv6 address in brackets is a host; section 3: the scheme is what is before the first colon, and only "//"
#   begins an authority. Section 3.4: a query may follow the authority. Fuzzyurl's README: it parses URLs and matches them.
# Seen: Fuzzyurl.from_string() raises ArgumentError, "Couldn't parse url string", for each IPv6 host. It takes a mailto URL for a host with a user
#   and a password. "//example.org/x", a reference without a scheme, is a path. Of "https://example.org?a=b" all is as it should be.
# Why it matters: lists of allowed hosts made with Fuzzyurl.matches? raise an error for a service that has an IPv6 address.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-fuzzyurl=0.8.0-1.1 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
export RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

cat > find.rb <<'RUBY'
require "fuzzyurl"
require "uri"

def attempt
  yield
rescue StandardError => error
  "#{error.class}: #{error.message}"
end

%w[https://example.org?a=b https://[2001:db8::1]/ https://jo:secret@[::1]:8443/x mailto:jo@example.org //example.org/x].each do |url|
  puts url
  uri = URI.parse(url)
  puts "    URI: #{[uri.scheme, uri.userinfo, uri.host, uri.path || uri.opaque]}"
  puts "    Fuzzyurl: #{attempt { Fuzzyurl.from_string(url).to_hash.compact }}"
end
puts "matches?: #{attempt { Fuzzyurl.matches?("example.org", "https://[2001:db8::1]/") }}"
RUBY
timeout 20 usr/bin/ruby3.1 --disable-gems find.rb >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
https://example.org?a=b
    URI: ["https", nil, "example.org", ""]
    Fuzzyurl: {:protocol=>"https", :hostname=>"example.org", :query=>"a=b"}
https://[2001:db8::1]/
    URI: ["https", nil, "[2001:db8::1]", "/"]
    Fuzzyurl: ArgumentError: Couldn't parse url string: https://[2001:db8::1]/
https://jo:secret@[::1]:8443/x
    URI: ["https", "jo:secret", "[::1]", "/x"]
    Fuzzyurl: ArgumentError: Couldn't parse url string: https://jo:secret@[::1]:8443/x
mailto:jo@example.org
    URI: ["mailto", nil, nil, "jo@example.org"]
    Fuzzyurl: {:username=>"mailto", :password=>"jo", :hostname=>"example.org"}
//example.org/x
    URI: [nil, nil, "example.org", "/x"]
    Fuzzyurl: {:path=>"//example.org/x"}
matches?: ArgumentError: Couldn't parse url string: https://[2001:db8::1]/
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
