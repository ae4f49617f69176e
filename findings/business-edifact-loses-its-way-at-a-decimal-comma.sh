#!/bin/bash
# Business::Edifact: an interchange with a decimal comma cannot be read, "Who??" swallows the quantity behind it, and of three quantities one stays.
#
# Versions: Business::Edifact::Interchange 0.07 (Debian 12: libbusiness-edifact-interchange-perl 0.07-4), pydifact 0.1.8 (PyPI) for comparison, Perl
#   5.36. Wants `apt-get update` beforehand, and perl.
# Expected: ISO 9735, annex A: UNA names the component separator, the element separator, the decimal mark, the release character, a reserved one and
#   the segment terminator; "UNA:+,? '" differs from the default by the decimal mark alone. Section 5: the release character takes the meaning from
#   the one character behind it; "??" is a question mark, and an apostrophe behind that ends the segment. EANCOM, ORDRSP: QTY+21 is what was ordered,
#   QTY+12 what is sent, QTY+83 what is still to come.
# Seen: with any UNA but the default one there is no message in the interchange, as parse() takes the separators for their numbers, and reports
#   nothing. Of "IMD+L+050+:::Who??'QTY+21:2'" the title becomes "Who?'QTY" and there is no quantity: a question mark in front of an apostrophe counts
#   as release character, whatever stands in front of it. The method quantity() of a line returns the line itself, and the field has the last of three
#   quantities, 1 of 3, and no qualifier. pydifact reads all.
# Why it matters: libraries and booksellers order with it. Suppliers in Europe write the comma, titles end with a question mark, and what has been
#   ordered is not what is written down.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libbusiness-edifact-interchange-perl=0.07-4 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libbusiness-edifact*.deb .
export PERL5LIB=$work/usr/share/perl5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pydifact==0.1.8

cat > find.pl <<'PERL'
use strict;
use warnings;
use Business::Edifact::Interchange;

my $interchange = Business::Edifact::Interchange->new;
local $/;
eval {
    $interchange->parse(scalar <STDIN>);
    my $message = $interchange->messages->[0] or die "no message";
    for my $line (@{ $message->items }) {
        my $quantity = ref $line->quantity ? 'the line itself, which has ' . ($line->{quantity} // 'none') : $line->quantity;
        print "    Business::Edifact: title '$line->{item_description}[0]{text}', price $line->{price}[0]{price}, quantity $quantity\n";
    }
    1;
} or print '    Business::Edifact: ', $@ =~ s/ at \S+ line.*//sr, "\n";
PERL
cat > find.py <<'PY'
import subprocess

from pydifact.segmentcollection import Interchange

TEXT = "UNB+UNOC:3+4012345000009:14+4012345000016:14+261130:1000+REF1'UNH+1+ORDRSP:D:96A:UN:EAN008'BGM+231+R1+29'LIN+1++9783161484100:EN'"
REST = "PRI+AAB:19{mark}99'UNS+S'CNT+2:1'UNT+{count}+1'UNZ+1+REF1'"
CASES = {
    "the default": ("UNA:+.? '", "IMD+L+050+:::Who'QTY+21:2'"),
    "a decimal comma": ("UNA:+,? '", "IMD+L+050+:::Who'QTY+21:2'"),
    "a question mark": ("UNA:+.? '", "IMD+L+050+:::Who??'QTY+21:2'"),
    "three quantities": ("UNA:+.? '", "IMD+L+050+:::Who'QTY+21:3'QTY+12:2'QTY+83:1'"),
}
for name, (advice, lines) in CASES.items():
    rest = REST.format(mark=advice[5], count=lines.count("'") + 7)
    text = advice + TEXT + lines + rest
    print(f"{name}: {advice}...{lines}{rest[:14]}")
    segments = [segment for message in Interchange.from_str(text).get_messages() for segment in message.segments]
    title = [segment.elements[-1][-1] for segment in segments if segment.tag == "IMD"]
    quantities = [":".join(segment.elements[0]) for segment in segments if segment.tag == "QTY"]
    price = [segment.elements[0][1] for segment in segments if segment.tag == "PRI"]
    print(f"    pydifact: title {title}, quantities {quantities}, price {price}")
    print(subprocess.run(["perl", "find.pl"], input=text, capture_output=True, text=True, timeout=30).stdout, end="")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
the default: UNA:+.? '...IMD+L+050+:::Who'QTY+21:2'PRI+AAB:19.99'
    pydifact: title ['Who'], quantities ['21:2'], price ['19.99']
    Business::Edifact: title 'Who', price 19.99, quantity the line itself, which has 2
a decimal comma: UNA:+,? '...IMD+L+050+:::Who'QTY+21:2'PRI+AAB:19,99'
    pydifact: title ['Who'], quantities ['21:2'], price ['19,99']
    Business::Edifact: no message
a question mark: UNA:+.? '...IMD+L+050+:::Who??'QTY+21:2'PRI+AAB:19.99'
    pydifact: title ['Who?'], quantities ['21:2'], price ['19.99']
    Business::Edifact: title 'Who?'QTY', price 19.99, quantity the line itself, which has none
three quantities: UNA:+.? '...IMD+L+050+:::Who'QTY+21:3'QTY+12:2'QTY+83:1'PRI+AAB:19.99'
    pydifact: title ['Who'], quantities ['21:3', '12:2', '83:1'], price ['19.99']
    Business::Edifact: title 'Who', price 19.99, quantity the line itself, which has 1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
