#!/bin/bash
# Net::IMAP::Client: the folder 2024-archive is "2024" and 007 is 7, a keyword with a colon hides what follows it, and a new mail hides the one asked for.
#
# Versions: Net::IMAP::Client 0.9507 (Debian 12: libnet-imap-client-perl 0.9507-1), IO::Socket::SSL 2.081, Perl 5.36; Python 3.11 as the server, whose
#   imaplib is the other client. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 3501, section 9: mailbox = "INBOX" / astring, and a keyword is an atom; an atom may begin with digits and contain colons. Section 7: FETCH and
#   EXISTS may come at any time, in any order.
# Seen: of the list (2024-archive, 007, a:b, "2024-archive/old") folders() makes 2024, 7, a and 2024-archive/old, and select() of the first goes to
#   a folder that is not there. Of FLAGS (\Seen task:done) UID 7 get_flags(7) gives nothing, of FLAGS (\Seen 2do) three flags. If "* 3 EXISTS" comes in
#   front of the FETCH, get_rfc822_body() is undefined. The documented ssl_ca_file is ignored; a private CA has to go into ssl_options.
# Why it matters: servers may send such names without quotation marks. A program that goes through all folders leaves these out, or works on others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-imap-client-perl=0.9507-1 libio-socket-ssl-perl=2.081-2 libnet-ssleay-perl=1.92-2+b1 perl-openssl-defaults=7+b1 \
    liblist-moreutils-perl=0.430-2 liblist-moreutils-xs-perl=0.430-3+b1 libexporter-tiny-perl=1.006000-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > client.pl <<'PERL'
use strict;
use warnings;
use Net::IMAP::Client;

sub text { map { defined $_ ? $_ : "undef" } @_ }

my @place = (server => "localhost", port => $ARGV[0], ssl => 1);
print "ssl_ca_file: ", Net::IMAP::Client->new(@place, ssl_ca_file => "cert.pem") ? "connected" : "not connected", "\n";
my $imap = Net::IMAP::Client->new(@place, ssl_options => { SSL_ca_file => "cert.pem" }) or die "not connected";
$imap->login("user", "secret") or die "not logged in";
my @folders = $imap->folders;
print "folders: @{[join '|', text @folders]}\n";
print "select: ", $imap->select($folders[0]) ? "OK" : "failed", "\n";
$imap->select("INBOX");
for my $uid (7, 8, 9) {
    my $flags = $imap->get_flags($uid);
    print "flags of $uid: @{[join '|', text $flags ? @$flags : undef]}\n";
}
for my $uid (7, 8) {
    my $body = $imap->get_rfc822_body($uid);
    print "body of $uid: @{[$body ? length $$body : 'undef']}\n";
}
PERL
cat > find.py <<'PY'
import imaplib
import os
import socket
import ssl
import subprocess
import sys
import threading

FOLDERS = b"2024-archive", b"007", b"a:b", b'"2024-archive/old"'
FLAGS = {7: b"\\Seen task:done", 8: b"\\Seen 2do", 9: b"\\Seen done"}
MAIL = b"Subject: test\r\n\r\ntext\r\n"
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def serve_one(sock):
    with context.wrap_socket(sock, server_side=True) as tls, tls.makefile("rb") as lines:
        tls.sendall(b"* OK Hello\r\n")
        while line := lines.readline():
            tag, *words = line.split()
            data, result = b"", b"OK Done"
            command = [word.upper() for word in words]
            if command[0] == b"CAPABILITY":
                data = b"* CAPABILITY IMAP4rev1\r\n"
            elif command[0] == b"LIST":
                data = b"".join(b'* LIST () "/" %s\r\n' % folder for folder in FOLDERS)
            elif command[0] == b"SELECT":
                if words[1].strip(b'"') in (b"INBOX", *(folder.strip(b'"') for folder in FOLDERS)):
                    data = b"* 3 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n"
                else:
                    result = b"NO There is none"
            elif command[:2] == [b"UID", b"FETCH"]:
                uid = int(words[2])
                if b"RFC822" in command[3]:
                    data = (b"* 3 EXISTS\r\n" if uid == 8 else b"") + b"* %d FETCH (UID %d RFC822 {%d}\r\n%s)\r\n" % (uid - 6, uid, len(MAIL), MAIL)
                else:
                    data = b"* %d FETCH (FLAGS (%s) UID %d)\r\n" % (uid - 6, FLAGS[uid], uid)
            tls.sendall(data + tag + b" " + result + b"\r\n")


def serve(listener):
    while True:
        sock, _ = listener.accept()
        try:
            serve_one(sock)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = listener.getsockname()[1]
client = imaplib.IMAP4_SSL("localhost", port, ssl_context=ssl.create_default_context(cafile="cert.pem"))
client.login("user", "secret")
print("imaplib:", client.list()[1], client.select("2024-archive")[0])
client.shutdown()
environment = {**os.environ, "PERL5LIB": "usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36"}
result = subprocess.run(["perl", "client.pl", str(port)], env=environment, capture_output=True, text=True, timeout=30)
print(result.stdout, end="")
expected = """\
ssl_ca_file: not connected
folders: 2024|7|a|2024-archive/old
select: failed
flags of 7: undef
flags of 8: \\Seen|2|do
flags of 9: \\Seen|done
body of 7: 23
body of 8: undef
"""
sys.exit(result.stdout != expected)
PY
timeout 60 python3 find.py || { echo "CHANGED: see above"; exit 1; }
