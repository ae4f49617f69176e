#!/bin/bash
# Perl's Courriel: of name="=?utf-8?q?..." it writes back an encoded word in place of name and value, and "text/plain (Plain text)" is of the type "text)".
#
# Versions: Courriel 0.49 (Debian 12: libcourriel-perl 0.49-1), Perl 5.36, Python's email package for comparison. Wants `apt-get update` beforehand, and
#   perl.
# Expected: RFC 2047, section 5: an encoded word "MUST NOT be used in parameter of a MIME Content-Type or Content-Disposition field, or in any structured
#   field body except within a 'comment' or 'phrase'". RFC 2045, section 5.1, has "text/plain; charset=us-ascii (Plain text)" as an example, and
#   RFC 822's comments may stand between any two tokens. RFC 2046, section 5.1.1: the line end before a boundary belongs to the boundary.
# Seen: most programs write the name of an attachment as an encoded word in quotation marks, against the rule; if such a mail is read and written
#   again the parameter has become a word, "text/plain; =?UTF-8?B?...?=", in which nobody looks for a name. An attachment is two octets longer than it
#   was, and once more after each round. With a comment behind the type the mail has no text.
# Why it matters: a list manager or an archive that adds a header with it gives attachments without names on, and digests of them do not fit.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libb-hooks-endofscope-perl=0.26-1 libboolean-perl=0.46-3 libcarp-clan-perl=6.08-2 libclass-data-inheritable-perl=0.08-3 \
    libclass-inspector-perl=1.36-3 libclass-load-perl=0.25-2 libclass-load-xs-perl=0.10-2+b1 libclass-singleton-perl=1.6-2 \
    libclass-xsaccessor-perl=1.19-4+b1 libclone-perl=0.46-1 libcourriel-perl=0.49-1 libdata-optlist-perl=0.113-1 \
    libdatetime-format-mail-perl=0.4030-3 libdatetime-format-natural-perl=1.16-1 libdatetime-hires-perl=0.04-2 \
    libdatetime-locale-perl=1:1.37-1 libdatetime-perl=2:1.59-1 libdatetime-timezone-perl=1:2.60-1+2026f \
    libdevel-globaldestruction-perl=0.14-4 libdevel-overloadinfo-perl=0.007-1 libdevel-stacktrace-perl=2.0400-2 \
    libemail-address-xs-perl=1.05-1+b1 libemail-messageid-perl=1.408-1 libemail-mime-encodings-perl=1.317-1 libencode-perl=3.19-1+b1 \
    libeval-closure-perl=0.14-3 libexception-class-perl=1.45-1 libexporter-tiny-perl=1.006000-1 libfile-sharedir-perl=1.118-3 \
    liblist-allutils-perl=0.19-1 liblist-moreutils-perl=0.430-2 liblist-moreutils-xs-perl=0.430-3+b1 liblist-someutils-perl=0.59-1 \
    liblist-utilsby-perl=0.12-2 libmodule-implementation-perl=0.09-2 libmodule-runtime-perl=0.016-2 libmoose-perl=2.2203-1 \
    libmoosex-role-parameterized-perl=1.11-2 libmoosex-strictconstructor-perl=0.21-2 libmoosex-types-common-perl=0.001014-2 \
    libmoosex-types-perl=0.50-2 libmro-compat-perl=0.15-2 libnamespace-autoclean-perl=0.29-2 libnamespace-clean-perl=0.27-2 \
    libpackage-deprecationmanager-perl=0.18-1 libpackage-stash-perl=0.40-1 libpackage-stash-xs-perl=0.30-1+b1 libparams-util-perl=1.102-2+b1 \
    libparams-validate-perl=1.31-1 libparams-validationcompiler-perl=0.31-1 librole-tiny-perl=2.002004-1 libspecio-perl=0.48-1 \
    libsub-exporter-formethods-perl=0.100055-1 libsub-exporter-perl=0.989-1 libsub-exporter-progressive-perl=0.001013-3 \
    libsub-identify-perl=0.14-3 libsub-install-perl=0.929-1 libsub-name-perl=0.26-2+b1 libtry-tiny-perl=0.31-2 \
    libvariable-magic-perl=0.63-1+b1 libxstring-perl=0.005-2+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use Courriel;

my $text = do { local $/; <STDIN> };
my $mail = Courriel->parse(text => $text);
if (@ARGV) {
    my $body = $mail->plain_body_part;
    print $mail->top_level_part->mime_type, ", ", $body ? "text of " . length($body->content) . " letters" : "no text";
} else {
    print $mail->as_string;
}
PERL
cat > find.py <<'PY'
import email
import email.header
import email.policy
import subprocess

MAIL = b"""\
Subject: x\r
From: jo@example.org\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=x\r
\r
--x\r
Content-Type: application/octet-stream; name="=?utf-8?q?Gr=C3=BC=C3=9Fe=2Etxt?="\r
Content-Disposition: attachment\r
Content-Transfer-Encoding: 7bit\r
\r
hello\r
--x--\r
"""
TEXT = b"Subject: x\r\nFrom: jo@example.org\r\nMIME-Version: 1.0\r\nContent-Type: TYPE\r\n\r\nhello\r\n"


def courriel(mail, *arguments):
    return subprocess.run(["perl", "find.pl", *arguments], input=mail, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30).stdout


mail = MAIL
for name in ("as sent", "written once", "written twice"):
    part = email.message_from_bytes(mail).get_payload(0)
    filename = part.get_filename()
    if filename:
        filename = str(email.header.make_header(email.header.decode_header(filename)))
    print(f"{name}: {part['Content-Type']!r}")
    print(f"  Python: file {filename!r}, {part.get_payload(decode=True)!r}")
    mail = courriel(mail)
for kind in (b"text/plain", b"text/plain; charset=us-ascii (Plain text)", b"text/plain (Plain text); charset=us-ascii"):
    mail = TEXT.replace(b"TYPE", kind)
    print(f"{kind.decode()}\n  Courriel: {courriel(mail, 'type').decode()}")
    print('  Python:', email.message_from_bytes(mail, policy=email.policy.default)['Content-Type'].content_type)
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
as sent: 'application/octet-stream; name="=?utf-8?q?Gr=C3=BC=C3=9Fe=2Etxt?="'
  Python: file 'Grüße.txt', b'hello'
written once: 'application/octet-stream; =?UTF-8?B?bmFtZT0iR3LDvMOfZS50eHQi?='
  Python: file None, b'hello\r\n'
written twice: 'application/octet-stream; =?UTF-8?B?bmFtZT0iR3LDvMOfZS50eHQi?='
  Python: file None, b'hello\r\n\r\n'
text/plain
  Courriel: text/plain, text of 7 letters
  Python: text/plain
text/plain; charset=us-ascii (Plain text)
  Courriel: text/plain, text of 7 letters
  Python: text/plain
text/plain (Plain text); charset=us-ascii
  Courriel: text), no text
  Python: text/plain
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
