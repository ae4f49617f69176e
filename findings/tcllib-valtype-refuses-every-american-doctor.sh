#!/bin/bash
# tcllib's valtype: every right number of an American doctor (NPI) is wrong for valtype::usnpi, and cards of Mastercard that begin with 2 do not exist.
#
# Versions: Tcllib 1.21 (Debian 12: tcllib 1.21+dfsg-1, tcl8.6, libtcl8.6 8.6.13+dfsg-2), python-stdnum 1.20 (PyPI) to compare with. Wants
#   `apt-get update` beforehand.
# Expected: CMS, "Requirements for National Provider Identifier (NPI) and NPI Check Digit": the check digit is that of Luhn over the number with the
#   prefix 80840 (ISO's number for health in the USA), and its example is 1234567893. The manual of usnpi: "validation of a US-NPI number". ISO/IEC
#   7812: Mastercard has had 222100 to 272099 besides 51 to 55 since 2017, Discover 644 to 649 besides 6011 and 65.
# Seen: usnpi puts 80480 in front in place of 80840. 1234567893 is an error, "the check digit is incorrect"; what it accepts, and what its checkdigit
#   method computes, is 1234567898. Mastercard's and Discover's public test numbers 2223003122003222 and 6445644564456445 are errors, too.
# Why it matters: a form for claims in HL7 or X12 written with it turns all doctors away, and makes numbers that every insurance refuses.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-stdnum==1.20
apt-get -qq download tcllib=1.21+dfsg-1 {tcl8.6,libtcl8.6}=8.6.13+dfsg-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.tcl <<'TCL'
lappend auto_path usr/share/tcltk/tcllib1.21
package require valtype::usnpi
package require valtype::luhn
package require valtype::creditcard::mastercard
package require valtype::creditcard::discover

proc show {text command number} {
    set failed [catch {$command validate $number} result]
    puts "tcllib $text $number: [expr {$failed ? $result : {valid}}]"
}
show NPI valtype::usnpi 1234567893
show NPI valtype::usnpi 1245319599
show NPI valtype::usnpi 1234567898
puts "tcllib check digit of 123456789: [valtype::usnpi checkdigit 123456789]"
show "Luhn, with its prefix," valtype::luhn 808401234567893
show Mastercard valtype::creditcard::mastercard 5555555555554444
show Mastercard valtype::creditcard::mastercard 2223003122003222
show Discover valtype::creditcard::discover 6445644564456445
TCL
cat > find.py <<'PY'
from stdnum import luhn

for number in ("1234567893", "1245319599", "1234567898"):
    print(f"stdnum NPI {number}:", "valid" if luhn.is_valid("80840" + number) else "wrong")
print("stdnum check digit of 123456789:", luhn.calc_check_digit("80840123456789"))
for number in ("5555555555554444", "2223003122003222", "6445644564456445"):
    print(f"stdnum card {number}:", "valid" if luhn.is_valid(number) else "wrong")
PY
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu TCL_LIBRARY=$work/usr/share/tcltk/tcl8.6
{
    timeout 20 venv/bin/python find.py
    timeout 20 usr/bin/tclsh8.6 find.tcl
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
stdnum NPI 1234567893: valid
stdnum NPI 1245319599: valid
stdnum NPI 1234567898: wrong
stdnum check digit of 123456789: 3
stdnum card 5555555555554444: valid
stdnum card 2223003122003222: valid
stdnum card 6445644564456445: valid
tcllib NPI 1234567893: Not an US-NPI number, the check digit is incorrect
tcllib NPI 1245319599: Not an US-NPI number, the check digit is incorrect
tcllib NPI 1234567898: valid
tcllib check digit of 123456789: 8
tcllib Luhn, with its prefix, 808401234567893: valid
tcllib Mastercard 5555555555554444: valid
tcllib Mastercard 2223003122003222: Not a CREDITCARD MASTERCARD number, incorrect prefix, expected 5
tcllib Discover 6445644564456445: Not a CREDITCARD DISCOVER number, incorrect prefix, expected one of 6011, or 65
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
