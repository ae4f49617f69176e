#!/bin/bash
# lua-uri: "data:text/plain;base64,SGk=" is an invalid URI, "illegal character in base64 encoding", as are two of three data URIs with base64.
#
# Versions: lua-uri 0.1+20130926 (Debian 12: lua-uri 0.1+20130926+git14fa255d-2, lua5.1 5.1.5-9), Python 3.11's urllib for comparison. Wants
#   `apt-get update` beforehand.
# Expected: RFC 2397, section 2: data has "urlchar", which has "=" among its reserved characters, and ";base64" means that the data is in base64.
#   RFC 4648, section 3.2: "Implementations MUST include appropriate pad characters at the end of encoded data". RFC 3986, section 3.2.1: userinfo
#   is a part of a URI.
# Seen: URI:new() returns nil for each data URI whose data has a number of octets that three does not divide; without the "=", which no encoder
#   leaves out, it is a URI. "https://jo@example.org/" is none either, "usernames and passwords are not allowed in HTTP URIs"; for telnet they are.
# Why it matters: photos in vCards, icons, and attachments of calendars are data URIs; two of three are "invalid".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download lua-uri=0.1+20130926+git14fa255d-2 lua5.1=5.1.5-9 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LUA_PATH='usr/share/lua/5.1/?.lua'

cat > find.lua <<'LUA'
local URI = require "uri"

for _, text in ipairs(arg) do
  local uri, problem = URI:new(text)
  print(uri and uri:scheme() .. " URI" or problem)
end
LUA
cat > find.py <<'PY'
import base64
import subprocess
import urllib.request
from urllib.parse import urlsplit

uris = [f"data:text/plain;base64,{base64.b64encode(data).decode()}" for data in (b"Hi", b"Hi!", b"Hi!!")]
uris += ["data:text/plain;base64,SGk", "data:,Hi", "telnet://jo@example.org/", "https://example.org/", "https://jo@example.org/"]
result = subprocess.run(["usr/bin/lua5.1", "find.lua", *uris], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
for uri, seen in zip(uris, result.stdout.splitlines(), strict=True):
    try:
        right = urllib.request.urlopen(uri).read() if uri.startswith("data") else f"user {urlsplit(uri).username}"
    except ValueError as error:
        right = error
    print(f"{uri}\n    urllib: {right}\n    lua-uri: {seen}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
data:text/plain;base64,SGk=
    urllib: b'Hi'
    lua-uri: invalid data URI (illegal character in base64 encoding)
data:text/plain;base64,SGkh
    urllib: b'Hi!'
    lua-uri: data URI
data:text/plain;base64,SGkhIQ==
    urllib: b'Hi!!'
    lua-uri: invalid data URI (illegal character in base64 encoding)
data:text/plain;base64,SGk
    urllib: Incorrect padding
    lua-uri: data URI
data:,Hi
    urllib: b'Hi'
    lua-uri: data URI
telnet://jo@example.org/
    urllib: user jo
    lua-uri: telnet URI
https://example.org/
    urllib: user None
    lua-uri: https URI
https://jo@example.org/
    urllib: user jo
    lua-uri: usernames and passwords are not allowed in HTTP URIs
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
