#!/bin/bash
# Perl's MIME::Explode: a text of five octets becomes a file of six, and an attachment called naïve.pdf, or a "b".txt, becomes "file" without an ending.
#
# Versions: MIME::Explode 0.39 and, for comparison, MIME-tools 5.510 (Debian 12: libmime-explode-perl 0.39-4+b1, libmime-tools-perl 5.510-1), Perl 5.36.
#   Wants `apt-get update` beforehand, and perl.
# Expected: RFC 2046, section 5.1.1: "The CRLF preceding the boundary delimiter line is conceptually attached to the boundary", so it is not part of the
#   text before it. RFC 2183 and RFC 2231: filename*=UTF-8''na%C3%AFve.pdf is the name naïve.pdf. RFC 2045: in a quoted string \" is a quotation mark.
# Seen: each part in 7bit, 8bit or quoted-printable gets a line end that it does not have. The name in UTF-8 is not read, and one with quotation
#   marks neither: both are called "file", and which kind of file they are cannot be seen. MIME-tools has lengths and names right.
# Why it matters: what was attached has another checksum than what was sent, so that signatures and digests of files do not fit.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libmime-explode-perl=0.39-4+b1 libmime-tools-perl=5.510-1 libmailtools-perl=2.21-2 libtimedate-perl=2.3300-2 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > mail.eml <<'TEXT'
From: jo@example.org
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain
Content-Disposition: attachment; filename=plain.txt

hello
--x
Content-Type: text/plain
Content-Transfer-Encoding: quoted-printable
Content-Disposition: attachment; filename=quoted.txt

hello
--x
Content-Type: text/plain
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename=base.txt

aGVsbG8=
--x
Content-Type: application/pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename*=UTF-8''na%C3%AFve.pdf

aGVsbG8=
--x
Content-Type: text/plain
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="a \"b\".txt"

aGVsbG8=
--x--
TEXT
cat > find.pl <<'PERL'
use strict;
use warnings;
use MIME::Explode;
use MIME::Parser;

my $explode = MIME::Explode->new(output_dir => "parts", mkdir => 0755, check_content_type => 0);
open my $mail, "<", "mail.eml" or die;
open my $rest, ">", "rest" or die;
$explode->parse($mail, $rest);
close $rest;
print "MIME::Explode:\n";
for my $file (sort glob "parts/*") {
    print "  $file, ", -s $file, " octets\n";
}
my $parser = MIME::Parser->new;
$parser->output_to_core(1);
print "MIME::Parser:\n";
binmode STDOUT, ":utf8";
for my $part ($parser->parse_open("mail.eml")->parts) {
    print "  ", $part->head->recommended_filename, ", ", length $part->bodyhandle->as_string, " octets\n";
}
PERL
timeout 30 perl find.pl >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
MIME::Explode:
  parts/base.txt, 5 octets
  parts/file, 5 octets
  parts/file-1, 5 octets
  parts/plain.txt, 6 octets
  parts/quoted.txt, 6 octets
MIME::Parser:
  plain.txt, 5 octets
  quoted.txt, 5 octets
  base.txt, 5 octets
  naïve.pdf, 5 octets
  a "b".txt, 5 octets
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
