#!/bin/bash
# PHP's stream_socket_shutdown(), AnyEvent's push_shutdown and IO::Socket::SSL's shutdown: on TLS they end TCP's sending side, and send no close_notify.
#
# Versions: Debian 12's php8.2-cli 8.2.36, libanyevent-perl 7.170, libio-socket-ssl-perl 2.081, libnet-ssleay-perl 1.92; Python 3.11 as server.
#   Wants `apt-get update` beforehand.
# Expected: RFC 8446, section 6.1: a party sends close_notify before it closes its write side, and may go on reading. PHP's manual says nothing of
#   a difference for "tls://"; AnyEvent::Handle calls push_shutdown "the cleanest way to close a connection" after which reading and on_eof
#   can be relied on, and IO::Socket::SSL has in "close" that an end of TLS takes close_notify.
# Seen: all three call shutdown(2) of the socket below. The server gets a bare FIN behind the request, for which its TLS library reports an error, so it
#   does not answer; the client reads nothing, or gets the alert of the server as an error. PHP's fclose() and IO::Socket::SSL's close() do send close_notify,
#   but then nothing can be read.
# Why it matters: "that was the request, now the answer" works over TCP with each of them, and in plain tests; over TLS a correct server gives up.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php8.2-cli=8.2.36-1~deb12u1 libanyevent-perl=7.170-2+b3 libio-socket-ssl-perl=2.081-2 libnet-ssleay-perl=1.92-2+b1 \
    perl-openssl-defaults=7+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > client.php <<'PHP'
<?php
$scheme = $argv[3];
$stream = stream_socket_client("$scheme://localhost:$argv[1]", context: stream_context_create(["ssl" => ["cafile" => "cert.pem"]]));
fwrite($stream, "request");
if ($argv[2] === "close") {
    fclose($stream);
} else {
    stream_socket_shutdown($stream, STREAM_SHUT_WR);
    echo stream_get_contents($stream);
}
PHP
cat > socket.pl <<'PL'
use IO::Socket::IP;
use IO::Socket::SSL;
my %peer = (PeerHost => "localhost", PeerPort => $ARGV[0]);
my $socket = $ARGV[2] eq "tls" ? IO::Socket::SSL->new(%peer, SSL_ca_file => "cert.pem") : IO::Socket::IP->new(%peer);
$socket->autoflush(1);
print $socket "request";
if ($ARGV[1] eq "close") {
    $socket->close;
} else {
    $socket->shutdown(1);
    print readline $socket;
}
PL
cat > anyevent.pl <<'PL'
use AnyEvent::Handle;
my $end = AnyEvent->condvar;
my $received = "";
my %tls = (tls => "connect", tls_ctx => {verify => 1, verify_peername => "https", ca_file => "cert.pem"}, peername => "localhost");
my $handle = AnyEvent::Handle->new(
    connect => ["localhost", $ARGV[0]],
    $ARGV[2] eq "tls" ? %tls : (),
    on_read => sub { $received .= $_[0]{rbuf}; $_[0]{rbuf} = "" },
    on_eof => sub { $end->send },
    on_error => sub { print STDERR "on_error: $_[2]\n"; $end->send },
);
$handle->push_write("request");
$handle->push_shutdown;
$end->recv;
print $received;
PL
cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys

CLIENTS = {
    "PHP": ["usr/bin/php8.2", "-n", "-d", "display_errors=stderr", "client.php"],
    "IO::Socket::SSL": ["perl", "socket.pl"],
    "AnyEvent::Handle": ["perl", "anyevent.pl"],
}
PERL = "usr/lib/x86_64-linux-gnu/perl5/5.36:usr/share/perl5"
ENVIRONMENT = {**os.environ, "PERL5LIB": ":".join(f"{os.getcwd()}/{path}" for path in PERL.split(":"))}


def exchange(client, how, scheme):
    """How what the client sends ends, and what it gets from a server that answers a whole request."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    context.num_tickets = 0
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        command = [*CLIENTS[client], str(listener.getsockname()[1]), how, scheme]
        process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        sock, _ = listener.accept()
    sock.settimeout(10)
    received = b""
    try:
        if scheme == "tls":
            sock = context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=False)
        while piece := sock.recv(100):
            received += piece
        end = "close_notify" if scheme == "tls" else "FIN"
        if how == "shutdown":
            sock.sendall(b"answer")
    except ssl.SSLEOFError:
        end = "bare FIN"
    assert received == b"request", received
    sock.close()
    output, errors = process.communicate(timeout=20)
    if errors:
        print("   ", errors.strip())
    return end, output


as_stated = True
for client in CLIENTS:
    seen = exchange(client, "shutdown", "tcp"), exchange(client, "shutdown", "tls")
    print("{}: over TCP {} and {!r} from the server; over TLS {} and {!r}".format(client, *seen[0], *seen[1]))
    as_stated &= seen == (("FIN", "answer"), ("bare FIN", ""))
    if client != "AnyEvent::Handle":
        closed, _ = exchange(client, "close", "tls")
        print(f"{client}: after closing {closed}")
        as_stated &= closed == "close_notify"
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
