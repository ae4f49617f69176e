#!/bin/bash
# Net::Stomp: over TLS a message of more than 8 kilobytes does not arrive until the server sends something else, as its second half lies in OpenSSL's buffer.
#
# Versions: Net::Stomp 0.61 (Debian 12: libnet-stomp-perl 0.61-2), IO::Socket::SSL 2.081, Perl 5.36, Python 3.11 as the server. Wants `apt-get
#   update` beforehand, and perl.
# Expected: RFC 8446, section 5.1: a record carries up to 16,384 octets. IO::Socket::SSL's documentation, under "Polling of SSL sockets": before one waits for
#   the socket, pending() must tell that nothing is left, or one has to read at least 16 kilobytes each time. Net::Stomp's documentation has "ssl" as an
#   option, and of receive_frame() that it "returns you the next Stomp frame".
# Seen: messages of 8,000 octets arrive with TLS and without. Of 12,000 octets, sent in one record, receive_frame({timeout => 3}) returns nothing after three
#   seconds with TLS; it has read 8,192 octets and waits for the socket. As soon as a heart-beat (one LF) follows, the message is there. Without TLS
#   it is there at once. With bufsize => 16384 it is there with TLS as well.
# Why it matters: without a timeout a consumer stands still with a message that the broker has long since delivered, each time a large one is the last.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-stomp-perl=0.61-2 libio-socket-ssl-perl=2.081-2 libnet-ssleay-perl=1.92-2+b1 perl-openssl-defaults=7+b1 \
    libclass-accessor-perl=0.51-2 libsub-name-perl=0.26-2+b1 liblog-any-perl=1.713-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > client.pl <<'PERL'
use strict;
use warnings;
use Net::Stomp;

my ($port, $tls, $bufsize) = @ARGV;
my $stomp = Net::Stomp->new({
    hostname => "localhost", port => $port, ssl => $tls, ssl_options => { SSL_ca_file => "cert.pem" }, ($bufsize ? (bufsize => $bufsize) : ()),
});
$stomp->connect({ login => "user", passcode => "secret" });
my $frame = $stomp->receive_frame({ timeout => 3 });
print $frame ? length $frame->body : "nothing", "\n";
PERL
cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys
import threading
import time

ENVIRONMENT = {**os.environ, "PERL5LIB": "usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36"}
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener, tls, size, heart_beat):
    sock, _ = listener.accept()
    try:
        sock.settimeout(20)
        if tls:
            sock = context.wrap_socket(sock, server_side=True)
        request = b""
        while b"\0" not in request and (piece := sock.recv(4096)):
            request += piece
        sock.sendall(b"CONNECTED\nversion:1.0\n\n\0")
        time.sleep(0.5)
        head = b"MESSAGE\nmessage-id:1\ndestination:/queue\ncontent-length:%d\n\n" % size
        sock.sendall(head + b"x" * size + b"\0")  # one record
        if heart_beat:
            time.sleep(1)
            sock.sendall(b"\n")
        while sock.recv(4096):
            pass
    except OSError:
        pass


def receive(tls, size, heart_beat=False, bufsize=0):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener, tls, size, heart_beat), daemon=True).start()
        command = ["perl", "client.pl", str(listener.getsockname()[1]), str(int(tls)), str(bufsize)]
        result = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=30)
    return result.stdout.strip()


cases = {
    "with TLS, 8,000 octets": ((True, 8000), "8000"),
    "with TLS, 12,000 octets": ((True, 12000), "nothing"),
    "with TLS, 12,000 octets and a heart-beat": ((True, 12000, True), "12000"),
    "with TLS, 12,000 octets, bufsize 16384": ((True, 12000, False, 16384), "12000"),
    "without TLS, 8,000 octets": ((False, 8000), "8000"),
    "without TLS, 12,000 octets": ((False, 12000), "12000"),
}
as_stated = True
for what, (arguments, expected) in cases.items():
    seen = receive(*arguments)
    print(f"{what}: {seen}")
    as_stated &= seen == expected
sys.exit(not as_stated)
PY
timeout 100 python3 find.py || { echo "CHANGED: see above"; exit 1; }
