#!/bin/bash
# Tcllib's mime: asked for the time zone of "Mon, 30 Nov 2026 05:00:00 +0100" it says that it does not know a zone named 05:00:00.
#
# Versions: Tcllib 1.21 (Debian 12: tcllib 1.21+dfsg-1), Tcl 8.6.13 (tcl8.6, libtcl8.6 8.6.13+dfsg-2), Python 3.11 for comparison. Wants `apt-get update`
#   beforehand.
# Expected: the manual of mime: parsedatetime takes a date of a mail and has as "zone" the minutes from Greenwich. RFC 5322, section 3.3: a zone is a sign
#   and four digits (of the zones with letters senders must write none), and a comment may follow; +1300 and +1400 are zones of inhabited places.
# Seen: whoever writes the zone as digits gets "unrecognized timezone-mnemonic: 05:00:00": they have been cut off before it is looked for. With a
#   comment it is "(CET)" that is not recognized. EST, which RFC 5322 has as obsolete, works. The other properties, such as the hour, are right.
# Why it matters: the zone of each mail of this century is written in digits; a programme that sorts by it, or shows the sender's time, stops.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download tcllib=1.21+dfsg-1 {tcl8.6,libtcl8.6}=8.6.13+dfsg-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.tcl <<'TCL'
package require mime
foreach date $argv {
    catch {mime::parsedatetime $date zone} zone
    catch {mime::parsedatetime $date clock} clock
    puts "zone: $zone; seconds since 1970: $clock"
}
TCL
cat > find.py <<'PY'
import email.utils
import os
import subprocess

DATES = (
    "Mon, 30 Nov 2026 05:00:00 EST",
    "Mon, 30 Nov 2026 05:00:00 +0000",
    "Mon, 30 Nov 2026 05:00:00 +0100",
    "Mon, 30 Nov 2026 05:00:00 -0500",
    "Mon, 30 Nov 2026 05:00:00 +0100 (CET)",
    "Mon, 30 Nov 2026 05:00:00 +1300",
)
environment = {
    **os.environ,
    "TZ": "UTC",
    "LD_LIBRARY_PATH": f"{os.getcwd()}/usr/lib/x86_64-linux-gnu",
    "TCL_LIBRARY": "usr/share/tcltk/tcl8.6",
    "TCLLIBPATH": f"{os.getcwd()}/usr/share/tcltk/tcllib1.21",
}
result = subprocess.run(
    ["usr/bin/tclsh8.6", "find.tcl", *DATES], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30
)
for date, line in zip(DATES, result.stdout.splitlines(), strict=True):
    parsed = email.utils.parsedate_tz(date)
    print(f"{date}\n    Tcllib: {line}\n    Python: zone: {parsed[9] // 60}; seconds since 1970: {email.utils.mktime_tz(parsed)}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Mon, 30 Nov 2026 05:00:00 EST
    Tcllib: zone: -300; seconds since 1970: 1796032800
    Python: zone: -300; seconds since 1970: 1796032800
Mon, 30 Nov 2026 05:00:00 +0000
    Tcllib: zone: unrecognized timezone-mnemonic: 05:00:00; seconds since 1970: 1796014800
    Python: zone: 0; seconds since 1970: 1796014800
Mon, 30 Nov 2026 05:00:00 +0100
    Tcllib: zone: unrecognized timezone-mnemonic: 05:00:00; seconds since 1970: 1796011200
    Python: zone: 60; seconds since 1970: 1796011200
Mon, 30 Nov 2026 05:00:00 -0500
    Tcllib: zone: unrecognized timezone-mnemonic: 05:00:00; seconds since 1970: 1796032800
    Python: zone: -300; seconds since 1970: 1796032800
Mon, 30 Nov 2026 05:00:00 +0100 (CET)
    Tcllib: zone: unrecognized timezone-mnemonic: (CET); seconds since 1970: 1796011200
    Python: zone: 60; seconds since 1970: 1796011200
Mon, 30 Nov 2026 05:00:00 +1300
    Tcllib: zone: unrecognized timezone-mnemonic: 05:00:00; seconds since 1970: 1795968000
    Python: zone: 780; seconds since 1970: 1795968000
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
