#!/bin/bash
# Perl's Email::MIME, Courriel and Mail::Message: in a digest, multipart/digest, they find texts, and two of them lose the headers of the mails in it.
#
# Versions: Email::MIME 1.953, Courriel 0.49, Mail::Message 3.012 and, for comparison, MIME-tools 5.510 (Debian 12: libemail-mime-perl 1.953-1,
#   libcourriel-perl 0.49-1, libmail-message-perl 3.012-1, libmime-tools-perl 5.510-1), Perl 5.36, and Python's email. Wants `apt-get update` beforehand,
#   and perl.
# Expected: RFC 2046, section 5.1.5: in a multipart/digest "the default Content-Type value for a body part is changed from "text/plain" to
#   "message/rfc822"", so that parts begin with an empty line, since they have no headers of their own. Section 5.1.1: such a part "starts with a
#   blank line".
# Seen: Mail::Message has two parts of text/plain, with the mails as their text. Email::MIME and Courriel skip the empty line and take the mail's headers
#   for those of the part, so that a text is left. MIME-tools and Python find two mails.
# Why it matters: this is how lists send digests. An archive that splits them has no mails, or files without author and date.
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
    libemail-address-xs-perl=1.05-1+b1 libemail-messageid-perl=1.408-1 libemail-mime-contenttype-perl=1.028-1 \
    libemail-mime-encodings-perl=1.317-1 libemail-mime-perl=1.953-1 libemail-simple-perl=2.218-1 libencode-perl=3.19-1+b1 \
    libeval-closure-perl=0.14-3 libexception-class-perl=1.45-1 libexporter-tiny-perl=1.006000-1 libfile-sharedir-perl=1.118-3 \
    libio-stringy-perl=2.111-3 liblist-allutils-perl=0.19-1 liblist-moreutils-perl=0.430-2 liblist-moreutils-xs-perl=0.430-3+b1 \
    liblist-someutils-perl=0.59-1 liblist-utilsby-perl=0.12-2 libmail-box-perl=3.009-1 libmail-message-perl=3.012-1 libmailtools-perl=2.21-2 \
    libmime-tools-perl=5.510-1 libmime-types-perl=2.24-1 libmodule-implementation-perl=0.09-2 libmodule-runtime-perl=0.016-2 \
    libmoose-perl=2.2203-1 libmoosex-role-parameterized-perl=1.11-2 libmoosex-strictconstructor-perl=0.21-2 \
    libmoosex-types-common-perl=0.001014-2 libmoosex-types-perl=0.50-2 libmro-compat-perl=0.15-2 libnamespace-autoclean-perl=0.29-2 \
    libnamespace-clean-perl=0.27-2 libpackage-deprecationmanager-perl=0.18-1 libpackage-stash-perl=0.40-1 libpackage-stash-xs-perl=0.30-1+b1 \
    libparams-util-perl=1.102-2+b1 libparams-validate-perl=1.31-1 libparams-validationcompiler-perl=0.31-1 librole-tiny-perl=2.002004-1 \
    libspecio-perl=0.48-1 libsub-exporter-formethods-perl=0.100055-1 libsub-exporter-perl=0.989-1 \
    libsub-exporter-progressive-perl=0.001013-3 libsub-identify-perl=0.14-3 libsub-install-perl=0.929-1 libsub-name-perl=0.26-2+b1 \
    libtext-unidecode-perl=1.30-3 libtimedate-perl=2.3300-2 libtry-tiny-perl=0.31-2 liburi-perl=5.17-1 libuser-identity-perl=1.01-1 \
    libvariable-magic-perl=0.63-1+b1 libxstring-perl=0.005-2+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > digest.eml <<'TEXT'
From: list@example.org
Subject: Digest
MIME-Version: 1.0
Content-Type: multipart/digest; boundary=x

--x

From: jo@example.org
Subject: one

hello
--x

From: al@example.org
Subject: two

bye
--x--
TEXT
cat > find.pl <<'PERL'
use strict;
use warnings;
use Courriel;
use Email::MIME;
use MIME::Parser;
use Mail::Message;

sub show {
    my ($module, @parts) = @_;
    print "$module:\n";
    for my $part (@parts) {
        my ($type, $content) = @$part;
        $content =~ s/\s+$//;
        print "  ", $type // "no type", ", ", $content =~ s/\r?\n/\\n/gr, "\n";
    }
}
my $mail = do { local (@ARGV, $/) = "digest.eml"; <> };
show("Email::MIME", map { [$_->content_type, "with Subject: " . $_->header("Subject") . ", " . $_->body] } Email::MIME->new($mail)->subparts);
show("Courriel", map { [$_->mime_type, "with Subject: " . $_->headers->get("Subject")->value . ", " . $_->content] } Courriel->parse(text => $mail)->parts);
show("Mail::Message", map { [$_->contentType, $_->decoded->string] } Mail::Message->read($mail)->parts);
my $parser = MIME::Parser->new;
$parser->output_to_core(1);
show("MIME::Parser", map { [$_->mime_type, "subject " . $_->parts(0)->head->get("Subject")] } $parser->parse_data($mail)->parts);
PERL
cat > find.py <<'PY'
import email
import email.policy

with open("digest.eml") as file:
    mail = email.message_from_file(file, policy=email.policy.default)
print("Python:")
for part in mail.iter_parts():
    print(f"  {part.get_content_type()}, subject {part.get_content()['Subject']}")
PY
{
    timeout 60 perl find.pl
    timeout 60 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Email::MIME:
  no type, with Subject: one, hello
  no type, with Subject: two, bye
Courriel:
  text/plain, with Subject: one, hello
  text/plain, with Subject: two, bye
Mail::Message:
  text/plain, From: jo@example.org\nSubject: one\n\nhello
  text/plain, From: al@example.org\nSubject: two\n\nbye
MIME::Parser:
  message/rfc822, subject one
  message/rfc822, subject two
Python:
  message/rfc822, subject one
  message/rfc822, subject two
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
