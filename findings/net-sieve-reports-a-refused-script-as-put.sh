#!/bin/bash
# Net::Sieve: put() of a script that the server refuses returns success, a script called "NOT ACTIVE" is active, and one in a literal ends the list.
#
# Versions: Net::Sieve 0.12 (Debian 12: libnet-sieve-perl 0.12-2), Perl 5.36, Python 3.11 as the server. Wants `apt-get update` beforehand, and perl.
# Expected: its documentation has of put(): "Return : 1 on success, 0 on missing name or script". RFC 5804, section 2.6: a server that finds errors in the
#   script MUST answer NO and not store it. Section 2.7: LISTSCRIPTS answers with strings, quoted or literal (section 4), and ACTIVE
#   behind the name of the one that is active.
# Seen: for a script that is answered with NO (QUOTA/MAXSIZE) put() returns 1, with a warning on the standard error. Of the scripts "main" ACTIVE, "NOT
#   ACTIVE" and {5}other list() finds two, both of them active.
# Why it matters: a program that changes filters over ManageSieve tells its user that the new one is in force, while the server goes on with the old
#   one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-sieve-perl=0.12-2 libio-socket-ssl-perl=2.081-2 libnet-ssleay-perl=1.92-2+b1 perl-openssl-defaults=7+b1 \
    libauthen-sasl-perl=2.1600-3 libio-socket-inet6-perl=2.73-1 libsocket6-perl=0.29-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > client.pl <<'PERL'
use strict;
use warnings;
use Net::Sieve;

# A certificate that is not among the system's: it is not what this is about.
my $sieve = Net::Sieve->new(server => "localhost", port => $ARGV[0], user => "user", password => "secret", notssl_verify => 1);
for my $name ("small", "large") {
    print "put $name: ", $sieve->put($name, "keep;\r\n"), "\n";
}
print "list: $_->{name}, $_->{status}\n" for $sieve->list;
PERL
cat > find.py <<'PY'
import os
import re
import socket
import ssl
import subprocess
import sys
import threading

CAPABILITIES = b'"IMPLEMENTATION" "test"\r\n"SASL" "PLAIN"\r\n"SIEVE" "fileinto"\r\n"VERSION" "1.0"\r\n'
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener):
    sock, _ = listener.accept()
    sock.settimeout(20)
    lines = sock.makefile("rb")
    sock.sendall(CAPABILITIES + b'"STARTTLS"\r\nOK "Hello"\r\n')
    while line := lines.readline():
        if literal := re.search(rb"\{(\d+)\+\}\r\n$", line):
            lines.read(int(literal[1]))
            lines.readline()
        command = line.split()[0].upper()
        if command == b"STARTTLS":
            sock.sendall(b"OK\r\n")
            sock = context.wrap_socket(sock, server_side=True)
            lines = sock.makefile("rb")
            sock.sendall(CAPABILITIES + b'OK "Encrypted"\r\n')
        elif command == b"NOOP":
            sock.sendall(b'OK (TAG "%s")\r\n' % line.split(b'"')[1])
        elif command == b"CAPABILITY":
            sock.sendall(CAPABILITIES + b"OK\r\n")
        elif line.startswith(b'PUTSCRIPT "large"'):
            sock.sendall(b'NO (QUOTA/MAXSIZE) "Too large"\r\n')
        elif command == b"LISTSCRIPTS":
            sock.sendall(b'"main" ACTIVE\r\n"NOT ACTIVE"\r\n{5}\r\nother\r\nOK\r\n')
        else:
            sock.sendall(b"OK\r\n")


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
environment = {**os.environ, "PERL5LIB": "usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36"}
result = subprocess.run(["perl", "client.pl", str(listener.getsockname()[1])], env=environment, capture_output=True, text=True, timeout=30)
print(result.stdout + result.stderr, end="")
sys.exit(result.stdout != "put small: 1\nput large: 1\nlist: main, 1\nlist: NOT ACTIVE, 1\n")
PY
timeout 60 python3 find.py || { echo "CHANGED: see above"; exit 1; }
