#!/bin/bash
# Erlang: ssl:shutdown(Socket, write) ends TCP's sending side, and sends no close_notify.
#
# Versions: Erlang/OTP 25.2.3 (Debian 12: erlang-base, -crypto, -asn1, -public-key, -ssl 1:25.2.3+dfsg-1+deb12u4), Python 3.11.
#   Wants `apt-get update` beforehand.
# Expected: RFC 8446, section 6.1 (and RFC 5246, section 7.2.1): a party sends close_notify before it closes its sending side, or the peer
#   cannot tell the end from a truncation. ssl:close/1 of the same module does so.
# Seen: behind the data the peer gets a bare FIN, on TLS 1.2 and 1.3. ssl:close/1 sends close_notify first.
# Why it matters: a correct peer reports truncated data and gives the connection up, so the very use of shutdown(write), to end a
#   request and go on reading the answer, does not work with it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
version=1:25.2.3+dfsg-1+deb12u4
apt-get -qq download erlang-{base,crypto,asn1,public-key,ssl}=$version 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$work/usr/lib/erlang#" usr/lib/erlang/bin/erl
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > client.escript <<'ERL'
#!/usr/bin/env escript
main([Port, How]) ->
    {ok, _} = application:ensure_all_started(ssl),
    Options = [{verify, verify_none}, {active, false}, binary],
    {ok, Socket} = ssl:connect("localhost", list_to_integer(Port), Options),
    ok = ssl:send(Socket, "request"),
    case How of
        "shutdown" -> ok = ssl:shutdown(Socket, write), ssl:recv(Socket, 0, 5000);
        "close" -> ok = ssl:close(Socket)
    end.
ERL
cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys


def ending(version, how):
    """How what the client sends comes to its end."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    context.maximum_version = version
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        port = str(listener.getsockname()[1])
        client = subprocess.Popen(
            ["usr/lib/erlang/bin/escript", "client.escript", port, how], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        sock, _ = listener.accept()
    sock.settimeout(10)
    with context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=False) as tls:
        received = b""
        try:
            while piece := tls.recv(100):
                received += piece
            result = "close_notify"
        except ssl.SSLEOFError:
            result = "bare FIN"
        assert received == b"request"
    client.wait(20)
    return result


seen = []
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    seen.append((ending(version, "close"), ending(version, "shutdown")))
    print(f"{version.name}: after ssl:close {seen[-1][0]}, after ssl:shutdown(write) {seen[-1][1]}")
sys.exit(seen != [("close_notify", "bare FIN")] * 2)
PY
HOME=$work python3 find.py || { echo "CHANGED: see above"; exit 1; }
