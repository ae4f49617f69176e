#!/bin/bash
# Lua's WSAPI: request.cookies["__Host-session"] is nil, since the hyphen is a pattern, "1+2" is "1 2", and a boundary in quotation marks is an error.
#
# Versions: WSAPI 1.6.1 (Debian 12: lua-wsapi 1.6.1-2, lua-coxpcall 1.17.0-1, lua5.1 5.1.5-9), Python 3.11's http.cookies and email for comparison.
#   Wants `apt-get update` beforehand.
# Expected: RFC 6265, section 4.1.1: a cookie's name is a token, in which "-", "." and "*" may stand; its value is not encoded for URLs, a "+" is a
#   "+". RFC 6265bis has names that begin with "__Host-". RFC 2046, section 5.1.1, and RFC 9110, section 5.6.6: boundary="b1" is boundary=b1.
# Seen: wsapi.request looks for a cookie with a Lua pattern made of its name: each cookie with a hyphen is nil, though the header has it. In values
#   it makes blanks of plus signs, which base64 has. With the boundary in quotation marks request.new() raises "attempt to perform arithmetic on
#   field 'pos'".
# Why it matters: sessions are lost at each request, for names that other frameworks have by default; forms of clients that quote cannot be read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download lua-wsapi=1.6.1-2 lua-coxpcall=1.17.0-1 lua5.1=5.1.5-9 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LUA_PATH='usr/share/lua/5.1/?.lua'

cat > find.lua <<'LUA'
local request = require "wsapi.request"

local function make(cookie, kind, body)
  local input = { read = function(_, size)
    local part = body:sub(1, size)
    body = body:sub(size + 1)
    if part ~= "" then return part end
  end }
  return request.new { input = input, CONTENT_TYPE = kind, CONTENT_LENGTH = #body, REQUEST_METHOD = "POST", HTTP_COOKIE = cookie,
    QUERY_STRING = "", PATH_INFO = "/", SCRIPT_NAME = "" }
end

local cookies = make(arg[1], "application/x-www-form-urlencoded", "a=1").cookies
for number = 2, #arg - 2 do print(arg[number], tostring(cookies[arg[number]])) end

local body = '--b1\r\nContent-Disposition: form-data; name="field"\r\n\r\nvalue\r\n--b1--\r\n'
for number = #arg - 1, #arg do
  local fine, seen = pcall(make, "", "multipart/form-data; " .. arg[number], body)
  print(arg[number], fine and seen.POST.field or seen:gsub(".*: ", ""))
end
LUA
cat > find.py <<'PY'
import subprocess
from email.message import Message
from http.cookies import SimpleCookie

HEADER = "session=a; session_id=b; session-id=c; __Host-session=d; token=1+2=="
BOUNDARIES = ("boundary=b1", 'boundary="b1"')
names = list(SimpleCookie(HEADER))
command = ["usr/bin/lua5.1", "find.lua", HEADER, *names, *BOUNDARIES]
result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
seen = result.stdout.splitlines()
for name, line in zip(names, seen):
    print(f"{name}: http.cookies {SimpleCookie(HEADER)[name].value}, WSAPI {line.split(chr(9))[1]}")
for boundary, line in zip(BOUNDARIES, seen[len(names) :]):
    message = Message()
    message["Content-Type"] = f"multipart/form-data; {boundary}"
    print(f"{boundary}: email {message.get_boundary()}, WSAPI: {line.split(chr(9))[1]}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
session: http.cookies a, WSAPI a
session_id: http.cookies b, WSAPI b
session-id: http.cookies c, WSAPI nil
__Host-session: http.cookies d, WSAPI nil
token: http.cookies 1+2==, WSAPI 1 2==
boundary=b1: email b1, WSAPI: value
boundary="b1": email b1, WSAPI: attempt to perform arithmetic on field 'pos' (a nil value)
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
