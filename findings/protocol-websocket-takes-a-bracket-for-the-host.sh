#!/bin/bash
# Perl's Protocol::WebSocket: a client for ws://[::1]:8080/chat sends "Host: [", and one for wss://example.org?x=1 "Host: example.org?x=1".
#
# Versions: Protocol::WebSocket 0.26 (Debian 12: libprotocol-websocket-perl 0.26-3), Perl 5.36; wsproto 1.2.0 and h11 0.14.0 (PyPI) for the server.
#   Wants `apt-get update` beforehand, and perl.
# Expected: RFC 6455, section 3: ws-URI = "ws:" "//" host [ ":" port ] path [ "?" query ], whose host and path are those of RFC 3986, so the path may be
#   empty, and an IPv6 address stands in brackets. Section 4.1: the host "plus an optional ":" followed by port" goes into Host.
# Seen: the address ends at its first colon, so the host is "[", and the port is 80. Without a path the question mark belongs to the host, and the
#   query is never asked. "jo:pw@example.org" has the host "jo". With a name and a path the request is right.
# Why it matters: the module's own URL class tells a program whom to connect to, so servers at an IPv6 address are out of reach; and through another
#   connection the request asks for a host that is none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libprotocol-websocket-perl=0.26-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check wsproto==1.2.0 h11==0.14.0

cat > find.pl <<'PERL'
use strict;
use warnings;
use Protocol::WebSocket::Handshake::Client;
use Protocol::WebSocket::URL;

my $client = Protocol::WebSocket::Handshake::Client->new(url => $ARGV[0]);
my $url = Protocol::WebSocket::URL->new->parse($ARGV[0]);
print $url->host, " ", $url->port, "\r\n";
print $client->to_string;
PERL
cat > find.py <<'PY'
import subprocess

import wsproto
import wsproto.events

for url in (
    "ws://example.org:8080/chat?x=1",
    "ws://[::1]:8080/chat",
    "wss://[2001:db8::1]/",
    "wss://example.org?x=1",
):
    result = subprocess.run(["perl", "find.pl", url], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30)
    address, request = result.stdout.split(b"\r\n", 1)
    host, port = address.decode().split()
    head = request.decode().split("\r\n")
    print(f"{url}: connects to {host}, port {port}; {head[0]!r} with {[line for line in head if line.startswith('Host')][0]!r}")
    connection = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
    try:
        connection.receive_data(request)
        event = next(connection.events())
        print(f"    server: asked for {event.host} and {event.target}")
    except wsproto.utilities.RemoteProtocolError as error:
        print(f"    server: {error}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
ws://example.org:8080/chat?x=1: connects to example.org, port 8080; 'GET /chat?x=1 HTTP/1.1' with 'Host: example.org:8080'
    server: asked for example.org:8080 and /chat?x=1
ws://[::1]:8080/chat: connects to [, port 80; 'GET /chat HTTP/1.1' with 'Host: ['
    server: asked for [ and /chat
wss://[2001:db8::1]/: connects to [2001, port 443; 'GET / HTTP/1.1' with 'Host: [2001'
    server: asked for [2001 and /
wss://example.org?x=1: connects to example.org?x=1, port 443; 'GET / HTTP/1.1' with 'Host: example.org?x=1'
    server: asked for example.org?x=1 and /
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
