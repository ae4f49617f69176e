#!/bin/bash
# Perl's Text::Header: of the fields Content-Type, Expires: 0, Cache-Control and Set-Cookie it writes the first one, and no error.
#
# Versions: Text::Header 1.03 (Debian 12: libtext-header-perl 1.03+pristine-2), Perl 5.36, Python 3.11's email for comparison. Wants `apt-get update`
#   beforehand, and perl.
# Expected: RFC 9110, section 5.5, and RFC 5322, section 2.2: a field's value may be any text, "0" too, and may be empty. Section 5.3 of RFC 9111
#   has "Expires: 0" itself as what senders write; RFC 5321's mails have "X-Spam-Score: 0". The documentation: "Since the header and unheader functions
#   are direct inverses, this call: @out = header unheader @in; will result in @out being exactly equivalent to @in."
# Seen: header() stops at the first value that Perl takes for false, "0" or "". That field and all that follow are left out. unheader() reads them, so
#   the two are no inverses.
# Why it matters: a page without its Cache-Control and Set-Cookie is kept where it must not be; a mail with an empty subject has no recipient. A blank
#   behind the zero, "0 ", is written.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libtext-header-perl=1.03+pristine-2 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libtext-header-perl*.deb .

cat > find.pl <<'PERL'
use strict;
use warnings;
use lib "usr/share/perl5";
use Text::Header;

print "answer: ", header(content_type => "text/html", expires => 1, cache_control => "no-store", set_cookie => "a=b"), "\n";
print "answer: ", header(content_type => "text/html", expires => 0, cache_control => "no-store", set_cookie => "a=b"), "\n";
print "mail: ", header(from => 'jo@example.org', subject => "", to => 'ann@example.com'), "\n";
my @lines = ("From: jo\@example.org\n", "X-Spam-Score: 0\n", "Subject: Hello\n");
my %read = unheader(@lines);
print "unheader: ", join(", ", map { "$_ $read{$_}" } sort keys %read), "\n";
print "header unheader: ", header(unheader(@lines));
PERL
cat > find.py <<'PY'
import email

message = email.message_from_string("From: jo@example.org\nX-Spam-Score: 0\nSubject: Hello\n\n")
print("Python's email:", message.as_string().strip().splitlines())
PY
{
    timeout 20 perl find.pl
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
answer: Content-Type: text/html
Expires: 1
Cache-Control: no-store
Set-Cookie: a=b

answer: Content-Type: text/html

mail: From: jo@example.org

unheader: from jo@example.org, subject Hello, x_spam_score 0
header unheader: From: jo@example.org
Python's email: ['From: jo@example.org', 'X-Spam-Score: 0', 'Subject: Hello']
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
