#!/bin/bash
# tcllib's uri: the host of "mailto:jo@example.org?subject=Hello" is "example.org?subject=Hello", and imaps, sip, wss and urn are unknown schemes.
#
# Versions: Tcllib 1.21 (Debian 12: tcllib 1.21+dfsg-1, tcl8.6, libtcl8.6 8.6.13+dfsg-2), Python 3.11's urllib and datetime for comparison. Wants
#   `apt-get update` beforehand.
# Expected: RFC 6068, section 2: mailtoURI = "mailto:" [ to ] [ hfields ], and hfields begin with "?"; "to" may be missing, or be several addresses.
#   RFC 3986, section 3: each URI has a scheme, and is of the same form whatever it is. RFC 3339, section 5.6: time-secfrac may follow the seconds.
# Seen: uri::split of a mailto URI cuts at its "@" only: the headers are a part of the host, and without an address there is none. A scheme that it
#   does not know is an error, though what it is made of could be told. clock::iso8601 parse_time, of the same library, refuses fractions of a
#   second.
# Why it matters: a program that sends to such links asks for a host with a question mark; one that goes through a page's links stops at the first
#   wss: or sip:.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download tcllib=1.21+dfsg-1 {tcl8.6,libtcl8.6}=8.6.13+dfsg-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu TCL_LIBRARY=$work/usr/share/tcltk/tcl8.6

cat > find.tcl <<'TCL'
lappend auto_path usr/share/tcltk/tcllib1.21
package require uri
package require clock::iso8601

proc attempt {text script} {
    catch {uplevel 1 $script} result
    puts "tcllib $text: $result"
}
foreach url {mailto:jo@example.org mailto:jo@example.org?subject=Hello mailto:?subject=Hello} {
    attempt $url {dict get [uri::split $url] host}
}
foreach url {https://example.org/x imaps://example.org/x wss://example.org/x sip:jo@example.org urn:isbn:9780000000002} {
    attempt $url {dict get [uri::split $url] scheme}
}
foreach time {2027-01-11T09:00:00Z 2027-01-11T09:00:00.5Z} {
    attempt $time {clock::iso8601 parse_time $time}
}
TCL
cat > find.py <<'PY'
from datetime import datetime
from urllib.parse import urlsplit

for url in ("mailto:jo@example.org", "mailto:jo@example.org?subject=Hello", "mailto:?subject=Hello"):
    print(f"urllib {url}: address {urlsplit(url).path!r}, headers {urlsplit(url).query!r}")
for url in ("https://example.org/x", "imaps://example.org/x", "wss://example.org/x", "sip:jo@example.org", "urn:isbn:9780000000002"):
    print(f"urllib {url}: {urlsplit(url).scheme}")
for time in ("2027-01-11T09:00:00Z", "2027-01-11T09:00:00.5Z"):
    print(f"datetime {time}: {datetime.fromisoformat(time).timestamp()}")
PY
{
    timeout 20 python3 find.py
    timeout 20 usr/bin/tclsh8.6 find.tcl
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
urllib mailto:jo@example.org: address 'jo@example.org', headers ''
urllib mailto:jo@example.org?subject=Hello: address 'jo@example.org', headers 'subject=Hello'
urllib mailto:?subject=Hello: address '', headers 'subject=Hello'
urllib https://example.org/x: https
urllib imaps://example.org/x: imaps
urllib wss://example.org/x: wss
urllib sip:jo@example.org: sip
urllib urn:isbn:9780000000002: urn
datetime 2027-01-11T09:00:00Z: 1799658000.0
datetime 2027-01-11T09:00:00.5Z: 1799658000.5
tcllib mailto:jo@example.org: example.org
tcllib mailto:jo@example.org?subject=Hello: example.org?subject=Hello
tcllib mailto:?subject=Hello: key "host" not known in dictionary
tcllib https://example.org/x: https
tcllib imaps://example.org/x: unknown scheme 'imaps' in 'imaps://example.org/x'
tcllib wss://example.org/x: unknown scheme 'wss' in 'wss://example.org/x'
tcllib sip:jo@example.org: unknown scheme 'sip' in 'sip:jo@example.org'
tcllib urn:isbn:9780000000002: unknown scheme 'urn' in 'urn:isbn:9780000000002'
tcllib 2027-01-11T09:00:00Z: 1799658000
tcllib 2027-01-11T09:00:00.5Z: input string does not match supplied format
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
