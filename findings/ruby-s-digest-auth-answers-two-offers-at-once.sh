#!/bin/bash
# Ruby's net-http-digest_auth: offered "auth,auth-int" it takes both at once, counts from zero, knows no SHA-256, and a realm ends at its quotation mark.
#
# Versions: net-http-digest_auth 1.4.1 (Debian 12: ruby-net-http-digest-auth 1.4.1-1), Ruby 3.1.2, curl for comparison, Python 3.11 as the server. Wants
#   `apt-get update` beforehand, and curl.
# Expected: RFC 7616, section 3.3: qop in a challenge is a list of what the server supports; section 3.4: the client sends the one that it has
#   chosen. nc is "the count of the number of requests (including the current request)" with that nonce, so it begins at 00000001. Section 3.3:
#   algorithm is MD5, SHA-256 or SHA-512-256. realm is a quoted string, in which \" is a quotation mark.
# Seen: for qop="auth,auth-int" it sends qop=auth,auth-int, which is two parameters, and computes the answer with both words. The first nc is 00000000.
#   algorithm=SHA-256 raises 'unknown algorithm "SHA-256"'; it knows "SHA256", which no server says. Of realm="a \"b\"" it reads and sends realm="a \".
#   A server that does as the RFC says refuses each; with one qop, MD5 and a plain realm it takes all but the count. It takes all of curl's.
# Why it matters: the library is what Mechanize logs in with, and the server's answer is 401, as if the password were wrong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-net-http-digest-auth=1.4.1-1 ruby3.1=3.1.7+really3.1.2-0+deb12u1 libruby3.1=3.1.7+really3.1.2-0+deb12u1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > client.rb <<'RUBY'
require "net/http"
require "net/http/digest_auth"
require "uri"

digest = Net::HTTP::DigestAuth.new
uri = URI("http://127.0.0.1:#{ARGV[0]}/#{ARGV[1]}")
uri.user = "jo"
uri.password = "secret"
Net::HTTP.start(uri.host, uri.port) do |http|
  challenge = http.get(uri.request_uri)["www-authenticate"]
  request = Net::HTTP::Get.new(uri.request_uri)
  request["Authorization"] = digest.auth_header(uri, challenge, "GET")
  puts http.request(request).code
rescue Net::HTTP::DigestAuth::Error => error
  puts error.message
end
RUBY
cat > find.py <<'PY'
import hashlib
import http.server
import os
import re
import subprocess
import threading

CHALLENGES = {
    "plain": 'Digest realm="a", nonce="n1", qop="auth"',
    "list": 'Digest realm="a", nonce="n1", qop="auth,auth-int"',
    "sha256": 'Digest realm="a", nonce="n1", qop="auth", algorithm=SHA-256',
    "realm": 'Digest realm="a \\"b\\"", nonce="n1", qop="auth"',
}
said = []


def verdict(case, header):
    # One parameter after the other, as the grammar has them.
    scheme, _, rest = header.partition(" ")
    pairs, position = {}, 0
    pattern = re.compile(r'\s*([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)')
    while position < len(rest):
        match = pattern.match(rest, position)
        if not match:
            return f"cannot be read at {rest[position:position + 12].strip()!r}"
        pairs[match[1]] = match[2] if match[2] is not None else match[3]
        position = match.end()
    if pairs.get("qop") != "auth":
        return f"qop is {pairs.get('qop')!r}"
    digest = hashlib.sha256 if case == "sha256" else hashlib.md5
    unescape = {name: re.sub(r"\\(.)", r"\1", value) for name, value in pairs.items()}
    hash = lambda *words: digest(":".join(words).encode()).hexdigest()  # noqa: E731
    # Both ways of hashing a realm with an escape are in use, with and without the backslash.
    for realm in (pairs["realm"], unescape["realm"]):
        response = hash(hash("jo", realm, "secret"), "n1", pairs["nc"], pairs["cnonce"], "auth", hash("GET", pairs["uri"]))
        if response == pairs["response"]:
            return "right" if pairs["nc"] == "00000001" else f"right, but for nc {pairs['nc']}"
    return "wrong response"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        case = self.path[1:]
        right = False
        if header := self.headers["Authorization"]:
            said.append(verdict(case, header))
            right = said[-1] == "right"
        self.send_response(200 if right else 401)
        if not right:
            self.send_header("WWW-Authenticate", CHALLENGES[case])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
port = str(server.server_port)
environment = {
    **os.environ,
    "LD_LIBRARY_PATH": os.path.abspath("usr/lib/x86_64-linux-gnu"),
    "RUBYLIB": "usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0",
}
curl = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--digest", "-u", "jo:secret", "--noproxy", "*"]
for case, challenge in CHALLENGES.items():
    print(challenge)
    for name, command, variables in (
        ("net-http-digest_auth", ["usr/bin/ruby3.1", "client.rb", port, case], environment),
        ("curl", [*curl, f"http://127.0.0.1:{port}/{case}"], None),
    ):
        said.clear()
        result = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=30)
        print(f"  {name}: {(result.stdout + result.stderr).strip()}; the server says: {said[0] if said else 'nothing came'}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Digest realm="a", nonce="n1", qop="auth"
  net-http-digest_auth: 401; the server says: right, but for nc 00000000
  curl: 200; the server says: right
Digest realm="a", nonce="n1", qop="auth,auth-int"
  net-http-digest_auth: 401; the server says: cannot be read at 'auth-int, ur'
  curl: 200; the server says: right
Digest realm="a", nonce="n1", qop="auth", algorithm=SHA-256
  net-http-digest_auth: unknown algorithm "SHA-256"; the server says: nothing came
  curl: 200; the server says: right
Digest realm="a \"b\"", nonce="n1", qop="auth"
  net-http-digest_auth: 401; the server says: cannot be read at 'realm="a \\"'
  curl: 200; the server says: right
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
