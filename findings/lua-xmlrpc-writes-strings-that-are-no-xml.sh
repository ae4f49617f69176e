#!/bin/bash
# Lua's XML-RPC library: the string "Tom & Jerry" makes a message that is no XML, ten to the fifteenth is the integer "1e+15", and 1/3 loses two digits.
#
# Versions: Lua XML-RPC 1.2.1 (Debian 12: lua-xmlrpc 1.2.1-8, lua-expat 1.5.1-3), Lua 5.1.5 (lua5.1 5.1.5-9), Python 3.11's xmlrpc.client as the other side.
#   Wants `apt-get update` beforehand.
# Expected: its manual: it enables a program to "encode and decode XML-RPC messages without handling XML code". XML 1.0, section 2.4: "&" and "<" in text
#   are written "&amp;" and "&lt;". XML-RPC: "Any characters are allowed in a string except & and <, which are encoded"; an integer is of four
#   octets, "an optional plus or minus and digits".
# Seen: clEncode() and srvEncode() put strings, and names of members, into the text as they are. What clDecode() has read from "&amp;" cannot be sent back. Each
#   number without a fraction is an <int>, also beyond 32 bits, and from 1e14 on with an exponent. Doubles have 14 digits.
# Why it matters: the server says "parse error" as soon as somebody has an ampersand in his name; strings must be escaped by the program after all.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download lua-xmlrpc=1.2.1-8 lua-expat=1.5.1-3 lua5.1=5.1.5-9 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.lua <<'LUA'
package.path = "usr/share/lua/5.1/?.lua;usr/share/lua/5.1/?/init.lua"
package.cpath = "usr/lib/x86_64-linux-gnu/lua/5.1/?.so"
require "xmlrpc"

local function write(name, text)
  local file = io.open(name, "w")
  file:write(text)
  file:close()
end

for number, value in ipairs { "Tom and Jerry", "Tom & Jerry", "a < b", 42, 1e15, 1 / 3 } do
  write("request" .. number, xmlrpc.clEncode("greet", value))
end
local answer = "<methodResponse><params><param><value><string>Tom &amp; Jerry</string></value></param></params></methodResponse>"
local _, value = xmlrpc.clDecode(answer)
print("Lua reads", value)
write("request7", xmlrpc.srvEncode(value))
LUA
cat > find.py <<'PY'
import pathlib
import xml.parsers.expat
import xmlrpc.client

for number in range(1, 8):
    text = pathlib.Path(f"request{number}").read_text()
    value = text.partition("<value>")[2].partition("</value>")[0]
    try:
        print(value, "is read by Python as", repr(xmlrpc.client.loads(text)[0][0]))
    except (xml.parsers.expat.ExpatError, ValueError) as error:
        print(value, "is refused by Python:", type(error).__name__)
for value in ("Tom & Jerry", 1 / 3):
    print("Python writes", xmlrpc.client.dumps((value,)).partition("<value>")[2].partition("</value>")[0])
PY
{
    timeout 20 usr/bin/lua5.1 find.lua
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Lua reads	Tom & Jerry
<string>Tom and Jerry</string> is read by Python as 'Tom and Jerry'
<string>Tom & Jerry</string> is refused by Python: ExpatError
<string>a < b</string> is refused by Python: ExpatError
<int>42</int> is read by Python as 42
<int>1e+15</int> is refused by Python: ValueError
<double>0.33333333333333</double> is read by Python as 0.33333333333333
<string>Tom & Jerry</string> is refused by Python: ExpatError
Python writes <string>Tom &amp; Jerry</string>
Python writes <double>0.3333333333333333</double>
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
