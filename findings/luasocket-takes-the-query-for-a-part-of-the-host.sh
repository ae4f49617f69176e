#!/bin/bash
# LuaSocket: of https://example.org?x=1 the host is "example.org?x=1", and of the RFC's examples of relative links it goes another way in some.
#
# Versions: LuaSocket 3.1.0 (Debian 12: lua-socket 3.1.0-1+b1), Lua 5.4.4 (lua5.4 5.4.4-3+deb12u1), Python 3.11's urllib and http.client for
#   comparison and Python as the server. Wants `apt-get update` beforehand.
# Expected: RFC 3986, section 3.2: the authority ends at the next "/", "?" or "#", or at the end. RFC 9110, section 4.2.3: an empty path is the same as
#   "/". RFC 3986, sections 5.2.4 and 5.4: dots are removed from the path alone, and a ";" has no meaning of its own; the examples here are those of
#   section 5.4.
# Seen: url.parse("https://example.org?x=1") has the host "example.org?x=1" and no query. http.request("http://127.0.0.1:PORT?x=1"), as LuaSec's
#   ssl.https.request, which has its URLs read here, makes no request. url.absolute() makes "http://a/b/c/g?y/x" of "g?y/./x", "http://a/b/c/x" of
#   "g#s/../x", where "g" and the "#" are gone, and "http://a/b/c/d;x" of ";x". Python finds what the RFC has.
# Why it matters: web services are asked in this form, and links with a path in the query or the fragment lead to another page.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download lua5.4=5.4.4-3+deb12u1 lua-socket=3.1.0-1+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.lua <<'LUA'
local url, http = require("socket.url"), require("socket.http")
http.TIMEOUT = 10
for _, text in ipairs({ "https://example.org/?x=1", "https://example.org?x=1" }) do
    local parsed = url.parse(text)
    print(text, "host " .. parsed.host .. ", query " .. tostring(parsed.query))
end
for _, path in ipairs({ "/?x=1", "?x=1" }) do
    local body, status = http.request("http://127.0.0.1:" .. arg[1] .. path)
    print("http.request of " .. path, body and status or "none")
end
for index = 2, #arg do
    print(arg[index], url.absolute("http://a/b/c/d;p?q", arg[index]))
end
LUA
cat > find.py <<'PY'
import http.server
import os
import subprocess
import threading
import urllib.parse
import urllib.request

LINKS = ("g", "./g", "../g", "?y", "g?y", "#s", ";x", "g;x", "..", "g?y/./x", "g?y/../x", "g#s/./x", "g#s/../x")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
port = str(server.server_port)
work = os.getcwd()
environment = {
    **os.environ,
    "LUA_PATH": f"{work}/usr/share/lua/5.4/?.lua",
    "LUA_CPATH": f"{work}/usr/lib/x86_64-linux-gnu/lua/5.4/?.so",
}
result = subprocess.run(["usr/bin/lua5.4", "find.lua", port, *LINKS], env=environment, capture_output=True, text=True, timeout=40)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for line in result.stdout.splitlines():
    text, seen = line.split("\t")
    if text.startswith("https"):
        parsed = urllib.parse.urlsplit(text)
        right = f"host {parsed.hostname}, query {parsed.query}"
    elif text.startswith("http.request"):
        with opener.open(f"http://127.0.0.1:{port}{text.split()[-1]}", timeout=10) as response:
            right = str(response.status)
    else:
        right = urllib.parse.urljoin("http://a/b/c/d;p?q", text)
    print(f"{text}: {seen}" + ("" if seen == right else f"; Python: {right}"))
print(result.stderr, end="")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
https://example.org/?x=1: host example.org, query x=1
https://example.org?x=1: host example.org?x=1, query nil; Python: host example.org, query x=1
http.request of /?x=1: 200
http.request of ?x=1: none; Python: 200
g: http://a/b/c/g
./g: http://a/b/c/g
../g: http://a/b/g
?y: http://a/b/c/d;p?y
g?y: http://a/b/c/g?y
#s: http://a/b/c/d;p?q#s
;x: http://a/b/c/d;x; Python: http://a/b/c/;x
g;x: http://a/b/c/g;x
..: http://a/b/
g?y/./x: http://a/b/c/g?y/x; Python: http://a/b/c/g?y/./x
g?y/../x: http://a/b/c/x; Python: http://a/b/c/g?y/../x
g#s/./x: http://a/b/c/g#s/x; Python: http://a/b/c/g#s/./x
g#s/../x: http://a/b/c/x; Python: http://a/b/c/g#s/../x
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
