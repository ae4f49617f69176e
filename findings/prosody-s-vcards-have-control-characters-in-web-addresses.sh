#!/bin/bash
# Prosody's util.vcard: of the web address https://example.org/a;b,c it makes one with the control characters 30 and 31.
#
# Versions: Prosody 0.12.3 (Debian 12: prosody 0.12.3-1+deb12u1, lua5.4 5.4.4-3+deb12u1), Python 3.11's expat. Wants `apt-get update` beforehand.
# Expected: RFC 2426, section 3.6.8: URL is of the type uri, in which ";" and "," are characters; section 2.6 and 4: a colon is not escaped. Section
#   3: a line may begin with a group, "item1.EMAIL", as Apple's address book writes it. XML 1.0, section 2.2: U+001E and U+001F are in no document.
# Seen: from_text() puts U+001E in place of each semicolon, and U+001F in place of each comma, in all properties that have no parts. to_xep54()
#   hands them on into the stanza, which no XML parser reads. to_text() writes "https\://". A line with a group is left out.
# Why it matters: a vCard that is imported for a user breaks the stream of each contact whose client asks for it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download prosody=0.12.3-1+deb12u1 lua5.4=5.4.4-3+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LUA_PATH='usr/lib/prosody/?.lua' LUA_CPATH='usr/lib/prosody/?.so'

cat > find.lua <<'LUA'
local vcard = require "util.vcard";

local function write(name, text)
	local file = assert(io.open(name, "wb"));
	file:write(text);
	file:close();
end

for number, line in ipairs(arg) do
	local cards = vcard.from_text("BEGIN:VCARD\r\nVERSION:3.0\r\n" .. line .. "\r\nEND:VCARD\r\n");
	write(number .. ".vcf", vcard.to_text(cards));
	write(number .. ".xml", tostring(vcard.to_xep54(cards)));
end
LUA
cat > find.py <<'PY'
import subprocess
from xml.etree import ElementTree

LINES = (
    "URL:https://example.org/a",
    "URL:https://example.org/a;b,c",
    "NOTE:a\\, b\\; c",
    "EMAIL:jo@example.org",
    "item1.EMAIL:jo@example.org",
)
subprocess.run(["usr/bin/lua5.4", "find.lua", *LINES], timeout=20, check=True)
for number, line in enumerate(LINES, 1):
    with open(f"{number}.vcf", newline="") as file:
        written = [repr(text) for text in file.read().split("\n") if text and not text.startswith(("BEGIN", "END", "VERSION"))]
    with open(f"{number}.xml") as file:
        text = file.read()
    try:
        read = [element.text for element in ElementTree.fromstring(text).iter() if (element.text or "").strip() and not element.tag.endswith("VERSION")]
    except ElementTree.ParseError as error:
        read = f"{type(error).__name__}: {error}"
    print(f"{line}\n    to_text: {', '.join(written) or 'nothing'}\n    to_xep54: {read or 'nothing'}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
URL:https://example.org/a
    to_text: 'URL:https\\://example.org/a'
    to_xep54: ['https://example.org/a']
URL:https://example.org/a;b,c
    to_text: 'URL:https\\://example.org/a\x1eb\x1fc'
    to_xep54: ParseError: not well-formed (invalid token): line 1, column 81
NOTE:a\, b\; c
    to_text: 'NOTE:a\\, b\\; c'
    to_xep54: ['a, b; c']
EMAIL:jo@example.org
    to_text: 'EMAIL:jo@example.org'
    to_xep54: ['jo@example.org']
item1.EMAIL:jo@example.org
    to_text: nothing
    to_xep54: nothing
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
