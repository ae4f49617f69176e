#!/bin/bash
# Net::SMTP::TLS and its successor ButMaintained: "%" in an address is a format, so the mail is for somebody else, and one of the two says "AUTH PLAIN %S".
#
# Versions: Net::SMTP::TLS 0.12 (Debian 12: libnet-smtp-tls-perl 0.12-4), Net::SMTP::TLS::ButMaintained 0.24 (libnet-smtp-tls-butmaintained-perl 0.24-2), Perl
#   5.36, Python 3.11 as the server. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 5321, section 4.1.2: "%" is an atext letter like others, and a local part is what its own host makes of it. RFC 4616, section 2: after AUTH
#   PLAIN comes the message in base64. RFC 5321, section 4.2.1: each reply may have several lines, the greeting too.
# Seen: for the recipient user%example.org@example.com both say RCPT TO with user0.000000e+00xample.org@example.com. Each mail has an empty line more at
#   its end than was given. Net::SMTP::TLS does not pass the host's name on, so that a certificate that names the host alone, and not its address, is a
#   "hostname verification failed"; where the server has AUTH PLAIN alone it says "AUTH PLAIN %S" and cannot log in; and a greeting of two lines ends in
#   "EHLO command failed". ButMaintained does the last two right.
# Why it matters: gateways and mailing lists write "%" where "@" was. Such a mail goes to an address that nobody has given.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-smtp-tls-perl=0.12-4 libnet-smtp-tls-butmaintained-perl=0.24-2 libio-socket-ssl-perl=2.081-2 libnet-ssleay-perl=1.92-2+b1 \
    perl-openssl-defaults=7+b1 libdigest-hmac-perl=1.04+dfsg-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
for names in DNS:localhost DNS:localhost,IP:127.0.0.1; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext "subjectAltName=$names" \
        -keyout "${#names}.key" -out "${#names}.pem" 2>openssl.log
done

cat > client.pl <<'PERL'
use strict;
use warnings;
use Net::SMTP::TLS;
use Net::SMTP::TLS::ButMaintained;

my ($class, $port, @login) = @ARGV;
eval {
    my $mailer = $class->new("localhost", Port => $port, @login);
    $mailer->mail('sender@example.com');
    $mailer->to('user%example.org@example.com');
    $mailer->data;
    $mailer->datasend("Subject: test\n\ntext\n");
    $mailer->dataend;
    $mailer->quit;
    1;
} or print "$@";
PERL
cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys
import threading

ENVIRONMENT = {**os.environ, "PERL5LIB": "usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36"}
NAME, NAME_AND_ADDRESS = "13", "26"  # certificates


def serve_one(sock, certificate, greeting, said):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate + ".pem", certificate + ".key")
    lines = sock.makefile("rb")
    sock.sendall(greeting)
    while line := lines.readline():
        said.append(line.strip().decode())
        command = line.upper().split()[0]
        if command == b"STARTTLS":
            sock.sendall(b"220 Go on\r\n")
            sock = context.wrap_socket(sock, server_side=True)
            lines = sock.makefile("rb")
        elif command == b"EHLO":
            sock.sendall(b"250-localhost\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n")
        elif command == b"AUTH":
            sock.sendall(b"501 Bad base64\r\n" if b"%" in line else b"235 Welcome\r\n")
        elif command == b"DATA":
            sock.sendall(b"354 Go on\r\n")
            mail = b""
            while (line := lines.readline()) != b".\r\n":
                mail += line
            said.append(mail)
            sock.sendall(b"250 Thanks\r\n")
        else:
            sock.sendall(b"221 Bye\r\n" if command == b"QUIT" else b"250 Fine\r\n")


def send(package, certificate, greeting, *login):
    def serve():
        sock, _ = listener.accept()
        sock.settimeout(10)
        try:
            serve_one(sock, certificate, greeting, said)
        except OSError:
            pass

    said = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        command = ["perl", "client.pl", package, str(listener.getsockname()[1]), *login]
        environment = {**ENVIRONMENT, "SSL_CERT_FILE": certificate + ".pem"}
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)
        thread.join(5)
    error = result.stdout.strip().split(" at ")[0].strip()
    print(f"{package}, certificate {certificate}, greeting of {greeting.count(b'220')}, login {login}: {error!r}; the server heard {said[3:]}")
    return error, said


ADDRESS = "RCPT TO:<user0.000000e+00xample.org@example.com>"
MAIL = b"Subject: test\r\n\r\ntext\r\n\r\n"
one, two, login = b"220 Hello\r\n", b"220-Hello\r\n220 Hello again\r\n", ("User", "user", "Password", "secret")
as_stated = True
for package in ("Net::SMTP::TLS", "Net::SMTP::TLS::ButMaintained"):
    maintained = "But" in package
    error, said = send(package, NAME, one)
    as_stated &= not error if maintained else error == "Couldn't start TLS: hostname verification failed"
    error, said = send(package, NAME_AND_ADDRESS, one)
    as_stated &= error == "" and any(word in (ADDRESS, ADDRESS.replace(":", ": ")) for word in said) and MAIL in said
    error, said = send(package, NAME_AND_ADDRESS, one, *login)
    as_stated &= (not error and "AUTH PLAIN dXNlcgB1c2VyAHNlY3JldA==" in said) if maintained else ("Auth failed" in error and "AUTH PLAIN %S" in said)
    error, said = send(package, NAME_AND_ADDRESS, two)
    as_stated &= not error if maintained else error.startswith("EHLO command failed: 220")
sys.exit(not as_stated)
PY
timeout 100 python3 find.py || { echo "CHANGED: see above"; exit 1; }
