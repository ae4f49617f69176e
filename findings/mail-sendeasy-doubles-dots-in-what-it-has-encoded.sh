#!/bin/bash
# Mail::SendEasy: a line ".profile" arrives as "..profile", as dots are doubled in front of quoted-printable, and it greets servers as "main".
#
# Versions: Mail::SendEasy 1.2 (Debian 12: libmail-sendeasy-perl 1.2-2.1, libmail-rfc822-address-perl 0.4-3), Perl 5.36, Python 3.11's
#   smtplib and email for comparison and Python as the server. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 5321, section 4.5.2: a line of the mail that begins with a dot gets one more as it is sent, which the server takes away. RFC 2045,
#   section 6.7: in quoted-printable the dot is an octet of the text, here written =2E. RFC 5321, section 4.1.1.1: in EHLO the client gives its own
#   domain name, or its address in brackets.
# Seen: send() doubles the dots first and encodes each octet then. No line begins with a dot any more, so the server takes none away: of ".profile"
#   the mail has "=2E=2E=70...", which is "..profile". The greeting is "EHLO main", main being the Perl package that calls. smtplib sends ".profile".
# Why it matters: names of files, patches and programs in mails have a dot too many; mail servers that want a name with a domain in the greeting
#   refuse all mails.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libmail-sendeasy-perl=1.2-2.1 libmail-rfc822-address-perl=0.4-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=$work/usr/share/perl5

cat > find.pl <<'PERL'
use strict;
use warnings;
use Mail::SendEasy;

my $mail = Mail::SendEasy->new(smtp => '127.0.0.1', port => $ARGV[0]);
local $/;
$mail->send(from => 'jo@example.org', to => 'ann@example.org', subject => 'Files', msg => scalar <STDIN>) or die $mail->error;
PERL
cat > find.py <<'PY'
import email
import email.message
import smtplib
import socket
import subprocess
import threading

TEXT = ".profile\nprofile\n...\n"
received = []


def converse(sock):
    with sock, sock.makefile("rb") as lines:
        sock.settimeout(20)
        sock.sendall(b"220 mx.example.org\r\n")
        greeting = ""
        while line := lines.readline():
            command = line.split()[0].upper()
            if command in (b"EHLO", b"HELO"):
                greeting = line.split()[1].decode()
            if command == b"DATA":
                sock.sendall(b"354 Go on\r\n")
                mail = b""
                while (line := lines.readline()) not in (b".\r\n", b""):
                    mail += line.removeprefix(b".")
                received.append((greeting, email.message_from_bytes(mail)))
            sock.sendall(b"221 Bye\r\n" if command == b"QUIT" else b"250 Fine\r\n")
            if command == b"QUIT":
                return


def serve(listener):
    while True:
        threading.Thread(target=converse, args=(listener.accept()[0],), daemon=True).start()


def by_smtplib():
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "jo@example.org", "ann@example.org", "Files"
    mail.set_content(TEXT, cte="quoted-printable")
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example.org", timeout=20) as client:
        client.send_message(mail)


def by_sendeasy():
    subprocess.run(["perl", "find.pl", str(port)], input=TEXT, stdout=subprocess.DEVNULL, text=True, timeout=20, check=True)


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = listener.getsockname()[1]
for client in (by_smtplib, by_sendeasy):
    client()
    greeting, mail = received.pop()
    print(f"{client.__name__[3:]}: EHLO {greeting}, {mail['Content-Transfer-Encoding']}")
    print("    as sent:", mail.get_payload().split())
    print("    as read:", mail.get_payload(decode=True).decode().split())
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
smtplib: EHLO client.example.org, quoted-printable
    as sent: ['.profile', 'profile', '...']
    as read: ['.profile', 'profile', '...']
sendeasy: EHLO main, quoted-printable
    as sent: ['=2E=2E=70=72=6F=66=69=6C=65', '=70=72=6F=66=69=6C=65', '=2E=2E=2E=2E']
    as read: ['..profile', 'profile', '....']
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
