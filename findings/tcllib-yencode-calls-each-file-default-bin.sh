#!/bin/bash
# tcllib's yencode: each file that it decodes is called "default.bin" or 2 or 20, and the line "=ypart" is decoded into the file.
#
# Versions: Tcllib 1.21 (Debian 12: tcllib 1.21+dfsg-1, tcl8.6, libtcl8.6 8.6.13+dfsg-2), Python 3.11 to compare with. Wants `apt-get update` beforehand.
# Expected: the yEnc draft 1.3: =ybegin line=, size= and name= at the end; "the name of the original binary file"; leading and trailing blanks are
#   no part of it, everything else is. A file in parts has "=ypart begin= end=" as its second line. The manual: ydecode returns for each file
#   "name, size and data".
# Seen: yencode::ydecode looks for a name made of digits. Of cat.jpg, as of what yencode::yencode has just written, the name is default.bin; of 2027.jpg it
#   is 2027. In a post in parts the line =ypart gets in front of the data, decoded, so that a part of 3 octets has 20.
# Why it matters: binaries of a newsgroup all get the same name, and a file put together of parts is damaged at each joint. uudecode of the same library
#   keeps names.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download tcllib=1.21+dfsg-1 {tcl8.6,libtcl8.6}=8.6.13+dfsg-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu TCL_LIBRARY=$work/usr/share/tcltk/tcl8.6

cat > find.py <<'PY'
import re

posts = {
    "cat": ("=ybegin line=128 size=3 name=cat.jpg", "=yend size=3 crc32=352441c2"),
    "year": ("=ybegin line=128 size=3 name=2027.jpg", "=yend size=3 crc32=352441c2"),
    "part": ("=ybegin part=1 line=128 size=6 name=cat.jpg\r\n=ypart begin=1 end=3", "=yend size=3 part=1 pcrc32=352441c2"),
}
for name, (begin, end) in posts.items():
    text = f"{begin}\r\n" + "".join(chr((octet + 42) % 256) for octet in b"abc") + f"\r\n{end}\r\n"
    with open(name + ".ync", "w", newline="", encoding="latin-1") as file:
        file.write(text)
    data = "".join(line for line in text.splitlines() if not line.startswith("=y"))
    print(f"Python {name}: {re.search('name=(.*)', begin.splitlines()[0])[1]}, {bytes((ord(letter) - 42) % 256 for letter in data)}")
PY
cat > find.tcl <<'TCL'
lappend auto_path usr/share/tcltk/tcllib1.21
package require yencode

proc show {text data} {
    lassign [lindex [yencode::ydecode $data] 0] name size content
    puts "tcllib $text: $name, [string length $content] octets, the last three $size: [string range $content end-2 end]"
}
foreach post {cat year part} {
    set file [open $post.ync rb]
    show $post [read $file]
    close $file
}
show "its own" [yencode::yencode -name notes.txt abc]
TCL
sed -i 's/ octets, the last three $size: / of $size octets, ending in /' find.tcl
{
    timeout 20 python3 find.py
    timeout 20 usr/bin/tclsh8.6 find.tcl
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Python cat: cat.jpg, b'abc'
Python year: 2027.jpg, b'abc'
Python part: cat.jpg, b'abc'
tcllib cat: default.bin, 3 of 3 octets, ending in abc
tcllib year: 2027, 3 of 3 octets, ending in abc
tcllib part: default.bin, 20 of 6 octets, ending in abc
tcllib its own: default.bin, 3 of 3 octets, ending in abc
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
