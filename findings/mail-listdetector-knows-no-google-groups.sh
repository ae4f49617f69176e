#!/bin/bash
# Mail::ListDetector: Google's lists have no address to post to, two ways to post make one broken address, and a list of Mailman is "Team" <team.
#
# Versions: Mail::ListDetector 1.04 (Debian 12: libmail-listdetector-perl 1.04+dfsg-2, libmailtools-perl 2.21-2, libtimedate-perl 2.3300-2, and
#   libemail-abstract-perl, libemail-valid-perl, liburi-perl, see below), Perl 5.36, Python 3.11's email for comparison. Wants `apt-get update`
#   beforehand, and perl.
# Expected: RFC 2369, section 2: a field has URLs in angle brackets, and several with commas between them are alternatives. Section 3.4: List-Post is
#   how to post. RFC 5322, section 3.6.2: Sender is a mailbox, which may have a name in front of its address. The documentation: posting_address is the
#   address to post to, listname the name of the list.
# Seen: for "<https://groups.google.com/...>, <mailto:g@googlegroups.com>", as Google sends it, posting_address is undefined. With mailto first it is
#   "g@example.org>,+<https://example.org/post". For a list of Mailman with 'Sender: "Team" <team-bounces@example.org>', as Mailman 2 sends it, the
#   name of the list is '"Team" <team'. With one address each and no name all is right.
# Why it matters: it is there to sort mails of lists into folders, and to answer to the list; folders get names with quotation marks and brackets, and
#   answers go nowhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libmail-listdetector-perl=1.04+dfsg-2 libmailtools-perl=2.21-2 libtimedate-perl=2.3300-2 liburi-perl=5.17-1 \
    libemail-abstract-perl=3.009-2 libemail-valid-perl=1.203-1 libmodule-pluggable-perl=5.2-4 libmro-compat-perl=0.15-2 libemail-simple-perl=2.218-1 \
    libemail-date-format-perl=1.008-1 libio-captureoutput-perl=1.1105-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=$work/usr/share/perl5:$work/usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use Mail::Internet;
use Mail::ListDetector;

my $list = Mail::ListDetector->new(Mail::Internet->new([<STDIN>]));
print '    Mail::ListDetector: ', $list ? join(' | ', map { $_ // 'undefined' } $list->listname, $list->posting_address) : 'no list', "\n";
PERL
cat > find.py <<'PY'
import email
import email.policy
import re
import subprocess

CASES = {
    "one": ["List-Id: <g.example.org>", "List-Post: <mailto:g@example.org>"],
    "like Google's": ["List-Id: <g.googlegroups.com>", "List-Post: <https://groups.google.com/group/g/post>, <mailto:g@googlegroups.com>"],
    "the other way": ["List-Id: <g.example.org>", "List-Post: <mailto:g@example.org>, <https://example.org/post>"],
    "Mailman's": ["X-Mailman-Version: 2.1.39", "List-Post: <mailto:team@example.org>", "Sender: team-bounces@example.org"],
    "Mailman's with a name": ["X-Mailman-Version: 2.1.39", "List-Post: <mailto:team@example.org>", 'Sender: "Team" <team-bounces@example.org>'],
}
for name, fields in CASES.items():
    common = ["From: jo@example.org", "Subject: Hello", "Precedence: list"]
    text = "\n".join([*common, *fields, "", "Hello", ""])
    mail = email.message_from_string(text, policy=email.policy.default)
    post = [url for url in re.findall("<([^>]*)>", mail["List-Post"]) if url.startswith("mailto:")]
    print(f"{name}: {'; '.join(fields)}\n    to post: {post}, sender {mail['Sender'].address.addr_spec if mail['Sender'] else None}")
    print(subprocess.run(["perl", "find.pl"], input=text, stdout=subprocess.PIPE, text=True, timeout=20).stdout, end="")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
one: List-Id: <g.example.org>; List-Post: <mailto:g@example.org>
    to post: ['mailto:g@example.org'], sender None
    Mail::ListDetector: g.example.org | g@example.org
like Google's: List-Id: <g.googlegroups.com>; List-Post: <https://groups.google.com/group/g/post>, <mailto:g@googlegroups.com>
    to post: ['mailto:g@googlegroups.com'], sender None
    Mail::ListDetector: g.googlegroups.com | undefined
the other way: List-Id: <g.example.org>; List-Post: <mailto:g@example.org>, <https://example.org/post>
    to post: ['mailto:g@example.org'], sender None
    Mail::ListDetector: g.example.org | g@example.org>,+<https://example.org/post
Mailman's: X-Mailman-Version: 2.1.39; List-Post: <mailto:team@example.org>; Sender: team-bounces@example.org
    to post: ['mailto:team@example.org'], sender team-bounces@example.org
    Mail::ListDetector: team | team@example.org
Mailman's with a name: X-Mailman-Version: 2.1.39; List-Post: <mailto:team@example.org>; Sender: "Team" <team-bounces@example.org>
    to post: ['mailto:team@example.org'], sender team-bounces@example.org
    Mail::ListDetector: "Team" <team | team@example.org
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
