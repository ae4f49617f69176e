#!/bin/bash
# HTTP::Entity::Parser: a form called Multipart/Form-Data is empty, JSON called APPLICATION/JSON too, and names of files have a backslash too many.
#
# Versions: HTTP::Entity::Parser 0.25 and HTTP::MultiPartParser 0.02 (Debian 12: libhttp-entity-parser-perl 0.25-2, libhttp-multipartparser-perl
#   0.02-3; the rest see below), Perl 5.36, Python 3.11's email and json for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 9110, section 8.3.1: type and subtype are case-insensitive. RFC 2046, section 5.1.1: a boundary may have blanks in it, though not at
#   its end, and is in quotation marks then; its own example is "gc0pJq0M:08jU534c0p". RFC 2183, section 2, with RFC 2045's quoted strings: \" in the
#   name of a file is a quotation mark.
# Seen: with a type in capitals, or only its first letters, parse() returns no parameters and no files, and no error. With a blank in the boundary it
#   dies, "Parameter 'boundary' is not a valid boundary value". The file my "list".txt, written as curl writes it, is called my \"list\".txt. With
#   small letters and other names all is right. Python reads each.
# Why it matters: Plack::Request, and with it most web programs in Perl, reads its forms with it; for a device that writes capitals the program gets an
#   empty form, which looks like one that nobody has filled in.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libhttp-entity-parser-perl=0.25-2 libhttp-multipartparser-perl=0.02-3 libhash-multivalue-perl=0.16-3 \
    libstream-buffered-perl=0.03-3 libjson-maybexs-perl=1.004004-1 libcpanel-json-xs-perl=4.35-1+deb12u1 \
    libwww-form-urlencoded-perl=0.26-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=$work/usr/share/perl5:$work/usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use HTTP::Entity::Parser;

my $parser = HTTP::Entity::Parser->new;
$parser->register('multipart/form-data', 'HTTP::Entity::Parser::MultiPart');
$parser->register('application/json', 'HTTP::Entity::Parser::JSON');
local $/;
my $text = <STDIN>;
open my $input, '<', \$text or die;
my %request = (CONTENT_TYPE => $ARGV[0], CONTENT_LENGTH => length $text, 'psgi.input' => $input);
my ($fields, $files) = eval { $parser->parse(\%request) };
if ($@) {
    print '    HTTP::Entity::Parser: ', $@ =~ s/ at \S+ line.*//sr, "\n";
} else {
    my %files = @$files;
    print "    HTTP::Entity::Parser: fields [@$fields], files [", join(', ', map { "$_: $files{$_}{filename}" } sort keys %files), "]\n";
}
PERL
cat > find.py <<'PY'
import email
import email.policy
import json
import subprocess

FORM = """--{0}\r
Content-Disposition: form-data; name="a"\r
\r
1\r
--{0}\r
Content-Disposition: form-data; name="b"; filename="{1}"\r
Content-Type: text/plain\r
\r
hello\r
--{0}--\r
"""
CASES = (
    ("multipart/form-data; boundary=b1", FORM.format("b1", "list.txt")),
    ("multipart/form-data; boundary=b1", FORM.format("b1", r"my \"list\".txt")),
    ("Multipart/Form-Data; boundary=b1", FORM.format("b1", "list.txt")),
    ('multipart/form-data; boundary="b 1"', FORM.format("b 1", "list.txt")),
    ("application/json", '{"a": "1"}'),
    ("APPLICATION/JSON", '{"a": "1"}'),
)
for kind, text in CASES:
    print(kind)
    mail = email.message_from_string(f"Content-Type: {kind}\n\n{text}", policy=email.policy.HTTP)
    if mail.get_content_type() == "application/json":
        print("    Python:", json.loads(mail.get_content()))
    else:
        parts = [(part.get_param("name", header="Content-Disposition"), part.get_filename()) for part in mail.iter_parts()]
        print("    Python:", parts)
    result = subprocess.run(["perl", "find.pl", kind], input=text.encode(), stdout=subprocess.PIPE, timeout=20)
    print(result.stdout.decode(), end="")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
multipart/form-data; boundary=b1
    Python: [('a', None), ('b', 'list.txt')]
    HTTP::Entity::Parser: fields [a 1], files [b: list.txt]
multipart/form-data; boundary=b1
    Python: [('a', None), ('b', 'my "list".txt')]
    HTTP::Entity::Parser: fields [a 1], files [b: my \"list\".txt]
Multipart/Form-Data; boundary=b1
    Python: [('a', None), ('b', 'list.txt')]
    HTTP::Entity::Parser: fields [], files []
multipart/form-data; boundary="b 1"
    Python: [('a', None), ('b', 'list.txt')]
    HTTP::Entity::Parser: Parameter 'boundary' is not a valid boundary value
application/json
    Python: {'a': '1'}
    HTTP::Entity::Parser: fields [a 1], files []
APPLICATION/JSON
    Python: {'a': '1'}
    HTTP::Entity::Parser: fields [], files []
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
