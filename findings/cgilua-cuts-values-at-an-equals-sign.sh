#!/bin/bash
# Lua's CGILua: of "token=YWJj==&next=/x?y=1" the token is YWJj and next is "/x?y", a parameter without a value is lost, and "\r\n" becomes "\r\r\n".
#
# Versions: CGILua 5.2 alpha 2 (Debian 12: lua-cgi 5.2~alpha2-2), Lua 5.1.5 (lua5.1 5.1.5-9), Python 3.11's urllib for comparison. Wants
#   `apt-get update` beforehand.
# Expected: RFC 3986, section 3.4: a query may have "=", "/" and "?" as they are. URL Standard, section 5.1: a pair is split at the first "=", what is behind
#   is the value, and without one the value is empty. Its manual: parsequery() "parses url-encoded request data (the query part of the script
#   URL or url-encoded post data)".
# Seen: a value ends at the next "=", and the rest up to "&" is thrown away. A name without "=" is thrown away as well. escape() turns each line feed into
#   CR LF, also where a CR is in front already, and unescape() each CR LF into a line feed, so that no text with CR LF comes through.
# Why it matters: tokens in base64 arrive without their padding, and addresses to go back to without their parameters; what is signed no longer fits.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download lua-cgi=5.2~alpha2-2 lua5.1=5.1.5-9 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.lua <<'LUA'
package.path = "usr/share/lua/5.1/?.lua"
local urlcode = require "cgilua.urlcode"

for _, query in ipairs { "a=1&b=2", "token=YWJj==&b=2", "next=/x?y=1", "debug&a=1", "a=&b=2" } do
  local values, names, text = {}, {}, {}
  urlcode.parsequery(query, values)
  for name in pairs(values) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do text[#text + 1] = name .. ": '" .. values[name] .. "'" end
  print("CGILua " .. query .. ": " .. table.concat(text, ", "))
end
print("CGILua, CR LF escaped: " .. urlcode.escape("a\r\nb"))
print("CGILua, CR LF unescaped: " .. #urlcode.unescape("a%0D%0Ab") .. " letters")
LUA
cat > find.py <<'PY'
from urllib.parse import parse_qsl, quote_plus, unquote_plus

for query in ("a=1&b=2", "token=YWJj==&b=2", "next=/x?y=1", "debug&a=1", "a=&b=2"):
    print(f"Python {query}:", ", ".join(f"{name}: {value!r}" for name, value in sorted(parse_qsl(query, keep_blank_values=True))))
print("Python, CR LF escaped:", quote_plus("a\r\nb"))
print("Python, CR LF unescaped:", len(unquote_plus("a%0D%0Ab")), "letters")
PY
{
    timeout 20 usr/bin/lua5.1 find.lua
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
CGILua a=1&b=2: a: '1', b: '2'
CGILua token=YWJj==&b=2: b: '2', token: 'YWJj'
CGILua next=/x?y=1: next: '/x?y'
CGILua debug&a=1: a: '1'
CGILua a=&b=2: a: '', b: '2'
CGILua, CR LF escaped: a%0D%0D%0Ab
CGILua, CR LF unescaped: 3 letters
Python a=1&b=2: a: '1', b: '2'
Python token=YWJj==&b=2: b: '2', token: 'YWJj=='
Python next=/x?y=1: next: '/x?y=1'
Python debug&a=1: a: '1', debug: ''
Python a=&b=2: a: '', b: '2'
Python, CR LF escaped: a%0D%0Ab
Python, CR LF unescaped: 4 letters
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
