#!/bin/bash
# tcllib's mime: "J. R. Doe <doe@example.org>" is an address at one's own host, an encoded word that says its language is an error, and "+0530" no time zone.
#
# Versions: tcllib 1.21 (its mime 1.7.0; Debian 12: 1.21+dfsg-1), Tcl 8.6, Python 3.11 for comparison. Wants `apt-get update` beforehand, and tclsh.
# Expected: RFC 5322, section 4.1: a full stop in a name without quotes is obsolete, and "MUST be accepted and parsed"; section 3.3: a zone is written
#   +hhmm or -hhmm. RFC 2231, section 5: an encoded word may say =?utf-8*de?q?...?=. The manual: parseaddress has an error "if there was an error
#   parsing", and address; parsedatetime with "zone" gives the time zone in minutes.
# Seen: of "J. R. Doe <doe@example.org>" the address is J.R.Doe@ and the name of the machine, and error is "expecting at-sign after local-part (found
#   <)". field_decode of =?utf-8*de?q?Gr=C3=BC=C3=9Fe?= raises "unknown charset 'utf-8*de'". parsedatetime "... +0530" zone raises "unrecognized
#   timezone-mnemonic: 10:00:00", while "EST" is -300. Python reads all three.
# Why it matters: an answer goes to a user of this machine, and mails with a language or with a numeric zone, as nearly all have one, end a program.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download tcllib=1.21+dfsg-1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x tcllib_*.deb .

cat > find.tcl <<'TCL'
lappend auto_path usr/share/tcltk/tcllib1.21
package require mime
proc show {what script} {
    catch {uplevel #0 $script} result
    puts "$what: [string map [list @[info hostname] @(this\ host)] $result]"
}
foreach name {{"J. R. Doe" <doe@example.org>} {J. R. Doe <doe@example.org>}} {
    show $name {
        array set parsed [lindex [::mime::parseaddress $name] 0]
        set result "address $parsed(address), error $parsed(error)"
    }
}
foreach word {=?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8*de?q?Gr=C3=BC=C3=9Fe?=} {
    show $word {::mime::field_decode $word}
}
foreach date {"Tue, 03 Feb 2026 10:00:00 EST" "Tue, 03 Feb 2026 10:00:00 +0530" "Tue, 03 Feb 2026 10:00:00 -0000"} {
    show $date {::mime::parsedatetime $date zone}
}
TCL
cat > find.py <<'PY'
import email.header
import email.policy
import email.utils

print(email.utils.parseaddr("J. R. Doe <doe@example.org>"))
print(email.policy.default.header_factory("Subject", "=?utf-8*de?q?Gr=C3=BC=C3=9Fe?="))
print(email.utils.parsedate_tz("Tue, 03 Feb 2026 10:00:00 +0530")[9] // 60)
PY
{
    LC_ALL=C.UTF-8 timeout 20 tclsh find.tcl
    echo "Python:"
    PYTHONIOENCODING=utf-8 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
"J. R. Doe" <doe@example.org>: address doe@example.org, error 
J. R. Doe <doe@example.org>: address J.R.Doe@(this host), error expecting at-sign after local-part (found <)
=?utf-8?q?Gr=C3=BC=C3=9Fe?=: Grüße
=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=: unknown charset 'utf-8*de'
Tue, 03 Feb 2026 10:00:00 EST: -300
Tue, 03 Feb 2026 10:00:00 +0530: unrecognized timezone-mnemonic: 10:00:00
Tue, 03 Feb 2026 10:00:00 -0000: unrecognized timezone-mnemonic: 10:00:00
Python:
('J. R. Doe', 'doe@example.org')
Grüße
330
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
