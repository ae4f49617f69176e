#!/bin/bash
# Net::IMAP::Simple: one folder whose name comes as a literal hides all folders and ends the session, and flags that come with a UID are no flags.
#
# Versions: Net::IMAP::Simple 1.2211 (Debian 12: libnet-imap-simple-perl 1.2211-1 and its dependencies), Perl 5.36, Python 3.11 as the server. Wants
#   `apt-get update` beforehand, and perl.
# Expected: RFC 3501, sections 7.2.2 and 9: a mailbox in a LIST response is INBOX or an astring, which may be a literal: {9}, a line end, and nine
#   octets. Section 7.4.2: FETCH returns data items, in any order, and more of them than were asked for, as section 2.2.2 has it ("data that was not
#   requested").
# Seen: with the folders INBOX, "Old Mails" and a literal for Sent "2" mailboxes() is empty, and select("INBOX"), which worked before, sends nothing
#   any more and is false. Without the literal there are two folders. To "FETCH 1 (FLAGS)" the answer (FLAGS (\Seen)) means seen, and (UID 8 FLAGS
#   (\Seen)) does not. If FLAGS follows a header, top() has it as the last line of the header.
# Why it matters: servers send literals for names with quotes or letters outside ASCII; a program finds an empty account and a mail that is new for
#   ever.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-imap-simple-perl=1.2211-1 libparse-recdescent-perl=1.967015+dfsg-4 libio-socket-ssl-perl=2.081-2 libnet-ssleay-perl=1.92-2+b1 \
    perl-openssl-defaults=7+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > client.pl <<'PERL'
use strict;
use warnings;
use Net::IMAP::Simple;

for my $user (qw(plain literal)) {
    my $imap = Net::IMAP::Simple->new('localhost', port => $ARGV[0], use_ssl => 1, timeout => 5, ssl_options => [SSL_ca_file => 'cert.pem']) or die;
    $imap->login($user, 'secret');
    print "$user: select ", $imap->select('INBOX') // 'undef';
    print ', mailboxes: ', join(', ', $imap->mailboxes) || 'none', ', select ', $imap->select('INBOX') // 'undef', "\n";
    next if $user eq 'literal';
    printf "mail %d is %s\n", $_, $imap->seen($_) ? 'seen' : 'not seen' for 1, 2;
    print "header of mail $_: ", (map { s/\r?\n/|/gr } @{ $imap->top($_) }), "\n" for 1, 2;
}
PERL
cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import threading

HEADER = b"Subject: test\r\n\r\n"
FETCHED = {
    (b"1", b"(FLAGS)"): rb"(FLAGS (\Seen))",
    (b"2", b"(FLAGS)"): rb"(UID 8 FLAGS (\Seen))",
    (b"1", b"RFC822.HEADER"): b"(RFC822.HEADER {%d}\r\n%s)" % (len(HEADER), HEADER),
    (b"2", b"RFC822.HEADER"): b"(RFC822.HEADER {%d}\r\n%s FLAGS (\\Seen))" % (len(HEADER), HEADER),
}
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
said = []


def converse(sock):
    with context.wrap_socket(sock, server_side=True) as tls, tls.makefile("rb") as lines:
        tls.settimeout(5)
        tls.sendall(b"* OK Hello\r\n")
        while line := lines.readline():
            tag, command, *words = line.strip().split()
            data = b""
            if command == b"LOGIN":
                user = words[0].strip(b'"')
            elif command == b"LIST":
                data = b'* LIST () "/" INBOX\r\n* LIST () "/" "Old Mails"\r\n'
                if user == b"literal":
                    data += b'* LIST () "/" {8}\r\nSent "2"\r\n'
            elif command == b"SELECT":
                data = b"* 2 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 1] Fine\r\n"
            elif command == b"FETCH":
                data = b"* %s FETCH %s\r\n" % (words[0], FETCHED[words[0], words[1]])
            said.append(command.decode())
            tls.sendall(data + tag + b" OK Done\r\n")


def answer(sock):
    try:
        converse(sock)
    except OSError:
        pass


def serve(listener):
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
environment = {**os.environ, "PERL5LIB": "usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36"}
result = subprocess.run(
    ["perl", "client.pl", str(listener.getsockname()[1])], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=50
)
print(result.stdout, " ".join(said))
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
plain: select 2, mailboxes: INBOX, Old Mails, select 2
mail 1 is seen
mail 2 is not seen
header of mail 1: Subject: test||
header of mail 2: Subject: test|| FLAGS (\Seen)
literal: select 2, mailboxes: none, select undef
 LOGIN SELECT LIST SELECT FETCH FETCH FETCH FETCH LOGIN SELECT LIST
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
