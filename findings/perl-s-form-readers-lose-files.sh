#!/bin/bash
# Perl's HTTP::Body (Catalyst): the file "re name=x.txt" is in the field x.txt; Plack's HTTP::MultiPartParser refuses forms without a last line end.
#
# Versions: HTTP::Body 1.22, HTTP::MultiPartParser 0.02 (Debian 12: libhttp-body-perl 1.22-2, libhttp-multipartparser-perl 0.02-3), Mojolicious 9.31
#   (libmojolicious-perl) and Python 3.11's email package for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 7578, section 4: a form is a multipart body of RFC 2046. RFC 2046, section 5.1.1: close-delimiter := delimiter "--", and only what comes
#   behind it begins with CRLF, if there is anything; an epilogue is ignored. RFC 2183, section 2: the parameters follow ";" in any order, and by RFC
#   822's rules no space is needed there; a line may be folded.
# Seen: with a field "a" and a file "b" HTTP::Body is right if all is as browsers write it. If the file name comes first, and is "re name=x.txt", the
#   file's field is "x.txt". Without a space behind ";" both are one field without a name, and of the file nothing is left; if the line is folded
#   both lose their names. A file name with a quotation mark ends at it. HTTP::MultiPartParser, which has the headers right, raises an error for the
#   body that ends in "--", "End of stream encountered while parsing closing boundary", and for an epilogue, "Nonempty epilogue". Mojolicious and
#   Python read a and b each time.
# Why it matters: forms come from scripts and devices, not from browsers alone. A field without a name is lost to whoever asks for it, and an error
#   from the parser is a "400" for a form that any mail program reads.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libhttp-body-perl=1.22-2 libhttp-multipartparser-perl=0.02-3 libmojolicious-perl=9.31+dfsg-1 \
    libhttp-message-perl=6.44-1 liburi-perl=5.17-1 libclone-perl=0.46-1 libhttp-date-perl=6.05-2 libtimedate-perl=2.3300-2 \
    libio-html-perl=1.004-3 libencode-locale-perl=1.05-3 liblwp-mediatypes-perl=6.04-2 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.pl <<'PERL'
use strict;
use warnings;
use HTTP::Body;
use HTTP::MultiPartParser;
use Mojo::Message::Request;

# Reads one form from the standard input, whole.
my $form = do { local $/; binmode STDIN; <STDIN> };
my $type = 'multipart/form-data; boundary="xx"';

my $body = HTTP::Body->new($type, length $form);
$body->add($form);
my $fields = $body->param;
my @found = map { "field '$_'" } sort keys %$fields;
push @found, map { "file '$_' called '" . $body->upload->{$_}{filename} . "'" } sort keys %{ $body->upload };
print "HTTP::Body: ", join(", ", @found), "\n";

my $parts = 0;
my $parser = HTTP::MultiPartParser->new(boundary => "xx", on_header => sub { $parts++ }, on_body => sub { });
eval { $parser->parse($form); $parser->finish; 1 } or do { $parts = $@ =~ s/ at \S+ line.*//sr };
print "HTTP::MultiPartParser: ", $parts =~ /^\d+$/ ? "$parts parts" : $parts, "\n";

my $request = Mojo::Message::Request->new;
$request->parse("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: $type\r\nContent-Length: " . length($form) . "\r\n\r\n$form");
@found = map { "field '$_'" } sort keys %{ $request->body_params->to_hash };
push @found, map { "file '" . $_->name . "' called '" . $_->filename . "'" } @{ $request->uploads };
print "Mojolicious: ", join(", ", @found), "\n";
PERL
cat > find.py <<'PY'
import email.policy
import os
import subprocess

FIELD = "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
FILE = "--xx\r\nContent-Disposition: form-data; name=\"b\"; filename=\"b.txt\"\r\nContent-Type: text/plain\r\n\r\n2\r\n"
FORMS = {
    "as of browsers": FIELD + FILE + "--xx--\r\n",
    "name behind": FIELD + FILE.replace('name="b"; filename="b.txt"', 'filename="re name=x.txt"; name="b"') + "--xx--\r\n",
    "no spaces": (FIELD + FILE).replace("; ", ";") + "--xx--\r\n",
    "folded": (FIELD + FILE).replace("form-data; ", "form-data;\r\n ") + "--xx--\r\n",
    "quotation mark": FIELD + FILE.replace("b.txt", "b\\\"c.txt") + "--xx--\r\n",
    "no line end": FIELD + FILE + "--xx--",
    "epilogue": FIELD + FILE + "--xx--\r\nEnd of form\r\n",
}
environment = {**os.environ, "PERL5LIB": "usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36"}
for name, form in FORMS.items():
    print(f"{name}:")
    result = subprocess.run(["perl", "find.pl"], input=form.encode(), env=environment, capture_output=True, timeout=30)
    print((result.stdout + result.stderr).decode(), end="")
    message = email.message_from_string('Content-Type: multipart/form-data; boundary="xx"\r\n\r\n' + form, policy=email.policy.HTTP)
    found = []
    for part in message.iter_parts():
        parameters = part["content-disposition"].params
        file = parameters.get("filename")
        found.append(f"file '{parameters['name']}' called '{file}'" if file else f"field '{parameters['name']}'")
    print("Python:", ", ".join(found))
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
as of browsers:
HTTP::Body: field 'a', file 'b' called 'b.txt'
HTTP::MultiPartParser: 2 parts
Mojolicious: field 'a', file 'b' called 'b.txt'
Python: field 'a', file 'b' called 'b.txt'
name behind:
HTTP::Body: field 'a', file 'x.txt' called 're name=x.txt'
HTTP::MultiPartParser: 2 parts
Mojolicious: field 'a', file 'b' called 're name=x.txt'
Python: field 'a', file 'b' called 're name=x.txt'
no spaces:
HTTP::Body: field ''
HTTP::MultiPartParser: 2 parts
Mojolicious: field 'a', file 'b' called 'b.txt'
Python: field 'a', file 'b' called 'b.txt'
folded:
HTTP::Body: field '', file '' called 'b.txt'
HTTP::MultiPartParser: 2 parts
Mojolicious: field 'a', file 'b' called 'b.txt'
Python: field 'a', file 'b' called 'b.txt'
quotation mark:
HTTP::Body: field 'a', file 'b' called 'b\'
HTTP::MultiPartParser: 2 parts
Mojolicious: field 'a', file 'b' called 'b\"c.txt'
Python: field 'a', file 'b' called 'b"c.txt'
no line end:
HTTP::Body: field 'a', file 'b' called 'b.txt'
HTTP::MultiPartParser: End of stream encountered while parsing closing boundary
Mojolicious: field 'a', file 'b' called 'b.txt'
Python: field 'a', file 'b' called 'b.txt'
epilogue:
HTTP::Body: field 'a', file 'b' called 'b.txt'
HTTP::MultiPartParser: Nonempty epilogue
Mojolicious: field 'a', file 'b' called 'b.txt'
Python: field 'a', file 'b' called 'b.txt'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
