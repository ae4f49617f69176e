#!/bin/bash
# Ruby's cookiejar raises an error for a cookie with SameSite=Lax and for a host with an IPv6 address; http-cookie makes {x:1} of {"x":1}.
#
# Versions: cookiejar 0.3.3 (Debian 12: ruby-cookiejar 0.3.3-1.1), http-cookie 1.0.5 (ruby-http-cookie 1.0.5-1), Ruby 3.1.2 (ruby3.1, libruby3.1
#   3.1.7+really3.1.2-0+deb12u1), Python 3.11's http.cookiejar for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 6265, section 5.2: an attribute that the client does not know is ignored; a value is what stands between the equals sign and the
#   semicolon, and comes back as it was (section 5.4); section 5.1.3: the domain of a host that is an address is this address.
# Seen: cookiejar raises InvalidCookieError, "Unknown cookie parameter 'samesite'", and "Domain format is illegal" for https://[2001:db8::1]/; it takes
#   cookies of https://192.0.2.1/. http-cookie accepts both; of a value with quotation marks within, as JSON has them, it sends back what is left
#   without them. Python's http.cookiejar sends them as they came.
# Why it matters: frameworks have set SameSite on each cookie for years, so that who uses cookiejar (em-http-request does) has no session; a
#   server that finds {x:1} cannot read its own cookie.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-cookiejar=0.3.3-1.1 ruby-http-cookie=1.0.5-1 ruby-domain-name=0.5.20190701-1 ruby-unf=0.1.4-2.1 ruby-unf-ext=0.0.7.7-1+b4 \
    {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.rb <<'RUBY'
require "cookiejar"
require "http-cookie"
ARGV.each_slice(2) do |host, text|
  url = "https://#{host}/"
  begin
    jar = CookieJar::Jar.new
    jar.set_cookie(url, text)
    puts jar.get_cookie_header(url)
  rescue CookieJar::InvalidCookieError => error
    puts "InvalidCookieError: #{error.messages.join(", ")}"
  end
  jar = HTTP::CookieJar.new
  jar.parse(text, url)
  puts HTTP::Cookie.cookie_value(jar.cookies(url))
end
RUBY
cat > find.py <<'PY'
import email.message
import glob
import http.cookiejar
import os
import subprocess
import urllib.request

CASES = (
    ("example.org", "a=b; Path=/"),
    ("example.org", "a=b; Path=/; SameSite=Lax"),
    ("192.0.2.1", "a=b"),
    ("[2001:db8::1]", "a=b"),
    ("example.org", 'a={"x":1}'),
)
LIB = "usr/lib/x86_64-linux-gnu"
paths = [*glob.glob("usr/lib/ruby/gems/3.1.0/gems/*/lib"), *glob.glob("usr/share/rubygems-integration/all/gems/*/lib")]
paths += ["usr/lib/ruby/vendor_ruby", f"{LIB}/ruby/vendor_ruby/3.1.0", "usr/lib/ruby/3.1.0", f"{LIB}/ruby/3.1.0"]
environment = {**os.environ, "LD_LIBRARY_PATH": LIB, "RUBYLIB": ":".join(os.path.abspath(path) for path in paths)}


class Answer:
    def __init__(self, cookie):
        self.message = email.message.Message()
        self.message["Set-Cookie"] = cookie

    def info(self):
        return self.message


def by_python(host, text):
    jar, request, second = http.cookiejar.CookieJar(), *(urllib.request.Request(f"https://{host}/") for _ in range(2))
    jar.extract_cookies(Answer(text), request)
    jar.add_cookie_header(second)
    return second.get_header("Cookie")


arguments = [word for case in CASES for word in case]
result = subprocess.run(
    ["usr/bin/ruby3.1", "--disable-gems", "find.rb", *arguments],
    env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30,
)  # fmt: skip
lines = iter(result.stdout.splitlines())
for host, text in CASES:
    print(f"https://{host}/ sets {text}\n    cookiejar: {next(lines)}\n    http-cookie: {next(lines)}\n    Python: {by_python(host, text)}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
https://example.org/ sets a=b; Path=/
    cookiejar: a=b
    http-cookie: a=b
    Python: a=b
https://example.org/ sets a=b; Path=/; SameSite=Lax
    cookiejar: InvalidCookieError: Unknown cookie parameter 'samesite'
    http-cookie: a=b
    Python: a=b
https://192.0.2.1/ sets a=b
    cookiejar: a=b
    http-cookie: a=b
    Python: a=b
https://[2001:db8::1]/ sets a=b
    cookiejar: InvalidCookieError: Domain format is illegal
    http-cookie: a=b
    Python: a=b
https://example.org/ sets a={"x":1}
    cookiejar: a={"x":1}
    http-cookie: a={x:1}
    Python: a={"x":1}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
