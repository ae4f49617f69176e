#!/bin/bash
# Perl's Email::Reply: to a mail with "Reply-To: jo@example.org, al@example.org", or with a group in From, it dies instead of writing a reply.
#
# Versions: Email::Reply 1.204 (Debian 12: libemail-reply-perl 1.204-3), Perl 5.36, Python's email for comparison. Wants `apt-get update` beforehand, and
#   perl.
# Expected: RFC 5322, section 3.6.2: reply-to = "Reply-To:" address-list CRLF, from = "From:" mailbox-list CRLF. Section 3.6.3: if there is a Reply-To
#   field, the reply goes to the addresses, plural, that it has.
# Seen: "strange, '...' parses to more than one address", whatever the program asks for, all recipients or the sender alone. Lists that set Reply-To to
#   author and list send such mails each day. With one address it writes the reply, with the author's name before whatever address that is.
# Why it matters: a responder for support mails stops at the first such mail; the message is that of an exception, and nobody is answered.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libemail-reply-perl=1.204-3 libemail-abstract-perl=3.009-2 libemail-simple-perl=2.218-1 libemail-mime-perl=1.953-1 \
    libemail-messageid-perl=1.408-1 libemail-mime-contenttype-perl=1.028-1 libemail-mime-encodings-perl=1.317-1 \
    libemail-date-format-perl=1.008-1 libemail-address-xs-perl=1.05-1+b1 libmodule-pluggable-perl=5.2-4 libmro-compat-perl=0.15-2 \
    libmodule-runtime-perl=0.016-2 libtext-unidecode-perl=1.30-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use Email::Reply;

my $mail = do { local $/; <STDIN> };
my $reply = eval { reply(to => $mail, from => "help\@example.org", body => "Thank you.") };
print $reply ? "To: " . $reply->header("To") : "error: " . ($@ =~ s/ at \S+ line.*//sr), "\n";
PERL
cat > find.py <<'PY'
import email
import email.policy
import subprocess

FIELDS = (
    "From: Jo <jo@example.org>",
    "From: Jo <jo@example.org>\nReply-To: al@example.org",
    "From: Jo <jo@example.org>\nReply-To: jo@example.org, list@example.org",
    "From: Jo <jo@example.org>, Al <al@example.org>\nSender: jo@example.org",
    "From: Jo <jo@example.org>\nReply-To: Team: jo@example.org, al@example.org;",
)
for fields in FIELDS:
    mail = f"{fields}\nTo: help@example.org\nSubject: x\nMessage-ID: <1@example.org>\nDate: Mon, 30 Nov 2026 05:00:00 +0000\n\nhello\n"
    message = email.message_from_string(mail, policy=email.policy.default)
    addresses = ", ".join(address.addr_spec for address in (message["Reply-To"] or message["From"]).addresses)
    result = subprocess.run(["perl", "find.pl"], input=mail, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
    print(f"{fields}\n  Email::Reply: {result.stdout}  Python, whom to answer: {addresses}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
From: Jo <jo@example.org>
  Email::Reply: To: Jo <jo@example.org>
  Python, whom to answer: jo@example.org
From: Jo <jo@example.org>
Reply-To: al@example.org
  Email::Reply: To: Jo <al@example.org>
  Python, whom to answer: al@example.org
From: Jo <jo@example.org>
Reply-To: jo@example.org, list@example.org
  Email::Reply: error: strange, 'jo@example.org, list@example.org' parses to more than one address: jo@example.org list@example.org
  Python, whom to answer: jo@example.org, list@example.org
From: Jo <jo@example.org>, Al <al@example.org>
Sender: jo@example.org
  Email::Reply: error: strange, 'Jo <jo@example.org>, Al <al@example.org>' parses to more than one address: Jo <jo@example.org> Al <al@example.org>
  Python, whom to answer: jo@example.org, al@example.org
From: Jo <jo@example.org>
Reply-To: Team: jo@example.org, al@example.org;
  Email::Reply: error: strange, 'Team: jo@example.org, al@example.org;' parses to more than one address: jo@example.org al@example.org
  Python, whom to answer: jo@example.org, al@example.org
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
