#!/bin/bash
# Perl's Mail::MboxParser: trace() names each server twice after the first look at another field, three times after the second, and so on; get_field("from")
#   has the line in front of the mail in it, and get_field("received") Received-SPF.
#
# Versions: Mail::MboxParser 0.55 (Debian 12: libmail-mboxparser-perl 0.55-5), MIME-tools 5.510, MailTools 2.21, Perl 5.36, Python 3.11's email for
#   comparison. Wants `apt-get update` beforehand, and perl.
# Expected: its documentation: trace() "returns the Received: lines of the message as a list"; get_field(headerfield) the field of that name, in which
#   `split /\n/, $msg->get_field('received')` gives one occurrence each. RFC 5322, section 2.2: a field's name ends at the colon. Section 3.4: names and
#   groups in lists of addresses; a comma in quotation marks does not end an address.
# Seen: header() adds the lines to the same list each time, and from(), to(), subject and id() all call it: two lines become four, then six. get_field()
#   takes each field that begins with the name: Received-SPF for "received", and "From jo@example.org Mon Jan 11", the separator of the mailbox, for
#   "from". to() calls "Bob<bob@example.com>" an address and keeps "Team:" in the one of a group's first member.
# Why it matters: who counts hops, or takes the first line for the last server, gets other numbers and names in another order of the same calls.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libmail-mboxparser-perl=0.55-5 libmime-tools-perl=5.510-1 libmailtools-perl=2.21-2 libtimedate-perl=2.3300-2 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > mbox <<'TEXT'
From jo@example.org Mon Jan 11 09:00:00 2027
Received-SPF: pass (domain of jo@example.org)
Received: from b.example.net by c.example.com; Mon, 11 Jan 2027 09:00:01 +0000
Received: from a.example.org by b.example.net; Mon, 11 Jan 2027 09:00:00 +0000
From: Jo Doe <jo@example.org>
To: Bob<bob@example.com>, Team: ann@example.com, dan@example.com;
Subject: Hello
Message-ID: <1@example.org>

Hello
TEXT
cat > find.pl <<'PERL'
use strict;
use warnings;
use lib "usr/share/perl5";
use Mail::MboxParser;

my $mail = Mail::MboxParser->new("mbox")->next_message;
print "trace: ", scalar(my @first = $mail->trace), " lines\n";
$mail->from;
print "trace after from(): ", scalar(my @second = $mail->trace), " lines\n";
my @to = $mail->to;
$mail->id;
print "trace after to() and id(): ", join(", ", map { /from (\S+)/ } $mail->trace), "\n";
print "received: $_\n" for split /\n/, $mail->get_field("received");
print "from: $_\n" for split /\n/, $mail->get_field("from");
print "to: $_->{email}\n" for @to;
PERL
cat > find.py <<'PY'
import email.utils
import mailbox

mail = mailbox.mbox("mbox")[0]
print("Python: received", [line.split()[1] for line in mail.get_all("received")], "from", mail.get_all("from"))
print("Python: to", [address for _, address in email.utils.getaddresses(mail.get_all("to"))])
PY
{
    timeout 20 perl find.pl
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
trace: 2 lines
trace after from(): 4 lines
trace after to() and id(): b.example.net, a.example.org, b.example.net, a.example.org, b.example.net, a.example.org, b.example.net, a.example.org
received: Received-SPF: pass (domain of jo@example.org)
received: Received: from b.example.net by c.example.com; Mon, 11 Jan 2027 09:00:01 +0000
received: Received: from a.example.org by b.example.net; Mon, 11 Jan 2027 09:00:00 +0000
from: From jo@example.org Mon Jan 11 09:00:00 2027
from: From: Jo Doe <jo@example.org>
to: Bob<bob@example.com>
to: Team: ann@example.com
to: dan@example.com;
Python: received ['b.example.net', 'a.example.org'] from ['Jo Doe <jo@example.org>']
Python: to ['bob@example.com', 'ann@example.com', 'dan@example.com']
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
