#!/bin/bash
# Perl's Mail::IMAPClient: the subject Re: "hello" is Re: \"hello\" in its envelopes, and a group of recipients is <Team@NIL>.
#
# Versions: Mail::IMAPClient 3.43 (Debian 12: libmail-imapclient-perl 3.43-1), Perl 5.36, Python's IMAPClient 3.0.1 (PyPI) for comparison.
#   Wants `apt-get update` beforehand, and perl.
# Expected: RFC 3501, section 9: within a quoted string the quotation mark and the backslash are written with a backslash before them, which is not part
#   of the string. Section 7.4.2: in an envelope an address without a host begins a group, whose name is the mailbox, and one without a mailbox ends it.
# Seen: get_envelope() returns subject and names with the backslashes of the protocol; the name "Doe, Jo" comes as Doe, Jo <jo@example.org>, which is two
#   addresses in a header. If the server sends the same subject as a literal, which has no backslashes, it gets some. The group begins and ends with
#   addresses, <Team@NIL> and <NIL@NIL>. IMAPClient for Python reads the same answers right.
# Why it matters: subjects in quotation marks are everyday. Filters that compare them fail, and a reply to all goes to NIL@NIL.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libmail-imapclient-perl=3.43-1 libparse-recdescent-perl=1.967015+dfsg-4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check IMAPClient==3.0.1

cat > find.pl <<'PERL'
use strict;
use warnings;
no warnings "uninitialized";
use Mail::IMAPClient;

my $imap = Mail::IMAPClient->new(Server => "127.0.0.1", Port => $ARGV[0], User => "jo", Password => "secret", Uid => 0, Timeout => 20) or die "$@";
$imap->select("INBOX") or die $imap->LastError;
for my $number (1, 2) {
    my $envelope = $imap->get_envelope($number) or die "$@";
    print "subject ", $envelope->subject, ", from ", join(" and ", $envelope->from_addresses), "\n";
    print "  to ", join(" and ", $envelope->to_addresses), "\n";
}
$imap->logout;
PERL
cat > find.py <<'PY'
import contextlib
import socket
import subprocess
import threading

import imapclient

SUBJECT = 'Re: "hello" in C:\\new'
QUOTED = '"' + SUBJECT.replace("\\", "\\\\").replace('"', '\\"') + '"'
LITERAL = f"{{{len(SUBJECT)}}}\r\n{SUBJECT}"
FROM = '(("Doe, Jo" NIL "jo" "example.org"))'
TO = '((NIL NIL "Team" NIL)(NIL NIL "a" "example.org")(NIL NIL "b" "example.org")(NIL NIL NIL NIL))'


def serve(listener):
    while True:
        sock, _ = listener.accept()
        sock.settimeout(20)
        with contextlib.suppress(ConnectionError), sock, sock.makefile("rw", newline="") as file:
            file.write("* OK IMAP4rev1 ready\r\n")
            file.flush()
            while line := file.readline():
                tag, command, rest = (line.rstrip("\r\n") + " ").split(" ", 2)
                if command.upper() == "CAPABILITY":
                    file.write("* CAPABILITY IMAP4rev1\r\n")
                elif command.upper() in ("SELECT", "EXAMINE"):
                    file.write("* 2 EXISTS\r\n* 0 RECENT\r\n* FLAGS ()\r\n")
                elif command.upper() == "FETCH":
                    number = int(rest.split()[0])
                    subject = QUOTED if number == 1 else LITERAL
                    envelope = f'("Mon, 30 Nov 2026 05:00:00 +0000" {subject} {FROM} {FROM} {FROM} {TO} NIL NIL NIL "<1@example.org>")'
                    file.write(f"* {number} FETCH (ENVELOPE {envelope})\r\n")
                file.write(f"{tag} OK done\r\n")
                file.flush()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = listener.getsockname()[1]
print("Mail::IMAPClient:")
result = subprocess.run(["perl", "find.pl", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
print(result.stdout, end="")
print("IMAPClient:")
client = imapclient.IMAPClient("127.0.0.1", port, ssl=False, use_uid=False, timeout=20)
client.login("jo", "secret")
client.select_folder("INBOX")
for number in (1, 2):
    envelope = client.fetch(number, ["ENVELOPE"])[number][b"ENVELOPE"]
    sender = envelope.from_[0]
    print(f"subject {envelope.subject.decode()}, from {sender.name.decode()!r} at {sender.mailbox.decode()}@{sender.host.decode()}")
    print(f"  to {[(address.mailbox, address.host) for address in envelope.to]}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Mail::IMAPClient:
subject Re: \"hello\" in C:\\new, from Doe, Jo <jo@example.org>
  to <Team@NIL> and <a@example.org> and <b@example.org> and <NIL@NIL>
subject Re: \"hello\" in C:\new, from Doe, Jo <jo@example.org>
  to <Team@NIL> and <a@example.org> and <b@example.org> and <NIL@NIL>
IMAPClient:
subject Re: "hello" in C:\new, from 'Doe, Jo' at jo@example.org
  to [(b'Team', None), (b'a', b'example.org'), (b'b', b'example.org'), (None, None)]
subject Re: "hello" in C:\new, from 'Doe, Jo' at jo@example.org
  to [(b'Team', None), (b'a', b'example.org'), (b'b', b'example.org'), (None, None)]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
