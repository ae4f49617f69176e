#!/bin/bash
# Perl's Text::vCard: a URL with a semicolon is gone, "a,b" is one category, and TYPE="x:y" loses the quotation marks that kept it apart from the value.
#
# Versions: Text::vCard 3.09 (Debian 12: libtext-vcard-perl 3.09-2, and the packages below), Perl 5.36, vobject 0.9.9 (PyPI) for comparison. Wants
#   `apt-get update` beforehand, and perl.
# Expected: RFC 6350 and RFC 2426: URL has one value, a URI, and in a URI a semicolon is an ordinary character (RFC 3986, section 2.2); CATEGORIES has
#   values separated by commas; in texts "\n" is a line break and "\\" a backslash; a parameter's value with a colon stands in quotation marks.
# Seen: read and written again, URL:https://example.org/a;b is "URL:", with the warning "Data value had 2 elements". CATEGORIES:a,b is a\,b: one category
#   with a comma. LABEL="a:b" is LABEL=a:b, so that for others the value begins behind the colon. "\\" is one backslash, which others take for the start
#   of an escape. vobject reads the lines as they are meant.
# Why it matters: address books are synchronized over HTTPS (CardDAV); a programme that changes a telephone number loses or changes other lines.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libb-hooks-op-check-perl=0.22-2+b1 libclass-accessor-chained-perl=0.01.1~debian-5 libclass-accessor-perl=0.51-2 \
    libclass-method-modifiers-perl=2.14-1 libclass-xsaccessor-perl=1.19-4+b1 libdevel-callchecker-perl=0.008-2 \
    libdynaloader-functions-perl=0.003-3 libimport-into-perl=1.002005-2 libmime-charset-perl=1.013.1-2 libmodule-runtime-perl=0.016-2 \
    libmoo-perl=2.005005-1 libparams-classify-perl=0.015-2+b1 libpath-tiny-perl=0.144-1 libregexp-ipv6-perl=0.03-3 \
    librole-tiny-perl=2.002004-1 libsombok3=2.4.0-2+b1 libsub-name-perl=0.26-2+b1 libsub-quote-perl=2.006008-1 libtext-vcard-perl=3.09-2 \
    libtext-vfile-asdata-perl=0.08-2 libunicode-linebreak-perl=0.0.20190101-1+b5 liburi-perl=5.17-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check vobject==0.9.9

cat > find.pl <<'PERL'
use strict;
use warnings;
use Text::vCard::Addressbook;
local $SIG{__WARN__} = sub { };
for my $line (@ARGV) {
    my $text = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:x;;;;\r\nFN:x\r\n$line\r\nEND:VCARD\r\n";
    my ($card) = Text::vCard::Addressbook->new({ source_text => $text })->vcards;
    my ($name) = $line =~ /^(\w+)/;
    my ($written) = $card->as_string =~ /^($name.*?)\r?$/m;
    print "$written\n";
}
PERL
cat > find.py <<'PY'
import os
import subprocess

import vobject

LINES = (
    "EMAIL;TYPE=WORK:jo@example.org",
    "URL:https://example.org/a;b",
    "CATEGORIES:a,b",
    'ADR;LABEL="a:b":;;Street;Town;;;',
    "NOTE:one\\ntwo",
    "NOTE:C:\\\\new",
)


def by_vobject(line):
    card = vobject.readOne(f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:x;;;;\r\nFN:x\r\n{line}\r\nEND:VCARD\r\n")
    (child,) = card.contents[line.replace(";", ":").split(":")[0].lower()]
    value = child.value
    return f"{vars(value) if hasattr(value, 'street') else value!r} {dict(child.params) or ''}".rstrip()


environment = {
    **os.environ,
    "PERL5LIB": "usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36",
    "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu",
}
result = subprocess.run(
    ["perl", "find.pl", *LINES], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30
)
for line, written in zip(LINES, result.stdout.splitlines(), strict=True):
    print(f"{line}\n    by vobject:         {by_vobject(line)}\n    Text::vCard writes: {written}")
    print(f"    that, by vobject:   {by_vobject(written)}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
EMAIL;TYPE=WORK:jo@example.org
    by vobject:         'jo@example.org' {'TYPE': ['WORK']}
    Text::vCard writes: EMAIL;TYPE=work:jo@example.org
    that, by vobject:   'jo@example.org' {'TYPE': ['work']}
URL:https://example.org/a;b
    by vobject:         'https://example.org/a;b'
    Text::vCard writes: URL:
    that, by vobject:   ''
CATEGORIES:a,b
    by vobject:         ['a', 'b']
    Text::vCard writes: CATEGORIES:a\,b
    that, by vobject:   ['a,b']
ADR;LABEL="a:b":;;Street;Town;;;
    by vobject:         {'box': '', 'extended': '', 'street': 'Street', 'city': 'Town', 'region': '', 'code': '', 'country': ''} {'LABEL': ['a:b']}
    Text::vCard writes: ADR;LABEL=a:b:;;Street;Town;;;
    that, by vobject:   {'box': 'b:', 'extended': '', 'street': 'Street', 'city': 'Town', 'region': '', 'code': '', 'country': ''} {'LABEL': ['a']}
NOTE:one\ntwo
    by vobject:         'one\ntwo'
    Text::vCard writes: NOTE:one\ntwo
    that, by vobject:   'one\ntwo'
NOTE:C:\\new
    by vobject:         'C:\\new'
    Text::vCard writes: NOTE:C:\new
    that, by vobject:   'C:\new'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
