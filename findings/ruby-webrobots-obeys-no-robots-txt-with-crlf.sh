#!/bin/bash
# Ruby's WebRobots: a robots.txt with CRLF at its line ends forbids nothing, nor does one with two groups next to each other, a blank first or a foreign
# line on top.
#
# Versions: webrobots 0.1.2 (Debian 12: ruby-webrobots 0.1.2-1.1, racc 1.6.2-1, ruby3.1 3.1.7+really3.1.2-0+deb12u1), Python 3.11's urllib.robotparser.
#   Wants `apt-get update` beforehand.
# Expected: RFC 9309, section 2.2: EOL = CR / LF / CR LF; robotstxt = *(group / emptyline), so that no empty line is needed between two groups;
#   startgroupline = *WS "user-agent", a blank in front is no harm. Section 2.2.4: other records may be read, and "MUST NOT interfere with the parsing of
#   explicitly defined records". Section 2.2.2: the URI and the path are compared octet by octet after both are percent-encoded.
# Seen: with LF, "Disallow: /a" is obeyed. With CRLF or CR (each counts as an empty line, which ends the group) everything is allowed, without an error.
#   Two groups without an empty line, a blank in front, and "Host:" on top are an error "unexpected ..." of which allowed?() says nothing; it is true.
#   An umlaut in the file does not match its %C3%BC.
# Why it matters: Mechanize obeys robots.txt through it. Files written on Windows are usual, as is "Host:" for Yandex: the robot walks where it was told not
#   to. Ask error(url), too, and turn CRLF into LF in an own http_get.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-webrobots=0.1.2-1.1 racc=1.6.2-1 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
vendor=$(printf '%s:' usr/lib/ruby/vendor_ruby usr/lib/x86_64-linux-gnu/ruby/vendor_ruby/3.1.0)
export RUBYLIB=${vendor}usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

cat > files.py <<'PY'
FILES = {
    "LF": "User-agent: *\nDisallow: /a\n",
    "CRLF": "User-agent: *\r\nDisallow: /a\r\n",
    "CR": "User-agent: *\rDisallow: /a\r",
    "two groups": "User-agent: other\nDisallow: /\nUser-agent: *\nDisallow: /a\n",
    "an empty line between": "User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /a\n",
    "a blank in front": " User-agent: *\n Disallow: /a\n",
    "Host on top": "Host: example.org\n\nUser-agent: *\nDisallow: /a\n",
    "an umlaut": "User-agent: *\nDisallow: /\u00fc\n",
}
PY
cat > find.py <<'PY'
import json
import urllib.robotparser

from files import FILES

for name, text in FILES.items():
    parser = urllib.robotparser.RobotFileParser()
    parser.parse(text.splitlines())
    url = "https://example.org/" + ("%C3%BC" if "umlaut" in name else "a")
    print(f"Python, {name}: {'allowed' if parser.can_fetch('robot', url) else 'forbidden'}")
with open("files.json", "w") as file:
    json.dump(FILES, file)
PY
cat > find.rb <<'RUBY'
require "json"
require "webrobots"

JSON.parse(File.read("files.json")).each do |name, text|
  robots = WebRobots.new("robot", http_get: lambda { |_uri| text })
  url = "https://example.org/" + (name.include?("umlaut") ? "%C3%BC" : "a")
  allowed = robots.allowed?(url)
  puts "WebRobots, #{name}: #{allowed ? 'allowed' : 'forbidden'}#{robots.error(url) && ', and an error'}"
end
RUBY
{
    timeout 20 python3 find.py
    timeout 20 usr/bin/ruby3.1 --disable-gems find.rb
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Python, LF: forbidden
Python, CRLF: forbidden
Python, CR: forbidden
Python, two groups: forbidden
Python, an empty line between: forbidden
Python, a blank in front: forbidden
Python, Host on top: forbidden
Python, an umlaut: forbidden
WebRobots, LF: forbidden
WebRobots, CRLF: allowed
WebRobots, CR: allowed
WebRobots, two groups: allowed, and an error
WebRobots, an empty line between: forbidden
WebRobots, a blank in front: allowed, and an error
WebRobots, Host on top: allowed, and an error
WebRobots, an umlaut: allowed
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
