#!/bin/bash
# sslh and SNIProxy: of a ClientHello in two records they read the first, find no name in it, and lead the client to another server.
#
# Versions: sslh 1.20 (Debian 12: 1.20-1+deb12u1), SNIProxy 0.6.0 (Debian 12: 0.6.0-2.1), Python 3.11 as client and servers. Wants `apt-get update`
#   beforehand.
# Expected: RFC 8446, section 5.1, as RFC 5246, section 6.2.1: "Handshake messages MAY be coalesced into a single TLSPlaintext record or fragmented
#   across several records". Both programs do wait for the rest of a record that comes in several TCP segments.
# Seen: with one server for www.example.org, and one for all else, a ClientHello in a record leads to the first, in one segment or two. The same
#   message in two records, of 100 octets and the rest, leads to the second. Python's ssl, as a server, reads the name of either.
# Why it matters: clients with small buffers send such records, and a longer ClientHello makes them more likely. They get another host's
#   certificate.
set -eu
work=$(mktemp -d)
pids=
trap 'kill $pids 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download sslh=1.20-1+deb12u1 libconfig9=1.5-0.4 libpcre3=2:8.39-15 sniproxy=0.6.0-2.1 libwrap0=7.6.q-32 libev4=1:4.33-1 libudns0=0.4-1+b1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu:$work/lib/x86_64-linux-gnu
read -r sslh_port sniproxy_port named_port other_port < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
print(*(s.getsockname()[1] for s in sockets))')
cat > sslh.cfg <<CFG
foreground: true;
timeout: 5;
listen: ( { host: "127.0.0.1"; port: "$sslh_port"; } );
protocols: (
    { name: "tls"; host: "127.0.0.1"; port: "$named_port"; sni_hostnames: [ "www.example.org" ]; },
    { name: "tls"; host: "127.0.0.1"; port: "$other_port"; }
);
CFG
cat > sniproxy.cfg <<CFG
user $(id -un)
pidfile $work/sniproxy.pid
listen 127.0.0.1:$sniproxy_port {
    proto tls
    table hosts
    fallback 127.0.0.1:$other_port
}
table hosts {
    www.example.org 127.0.0.1:$named_port
}
CFG
usr/sbin/sslh-select --config=sslh.cfg >sslh.log 2>&1 &
pids="$pids $!"
usr/sbin/sniproxy -f -c sniproxy.cfg >sniproxy.log 2>&1 &
pids="$pids $!"

cat > find.py <<'PY'
import socket
import ssl
import sys
import threading
import time


def serve(port, answer):
    server = socket.create_server(("127.0.0.1", port))

    def run():
        while True:
            connection, _ = server.accept()
            with connection:
                if connection.recv(5):
                    connection.sendall(answer)

    threading.Thread(target=run, daemon=True).start()


def client_hello():
    context = ssl.create_default_context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        context.wrap_bio(incoming, outgoing, server_hostname="www.example.org").do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()


def by_python(data):
    names = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.sni_callback = lambda server, name, context: names.append(name)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    incoming.write(data)
    try:
        context.wrap_bio(incoming, outgoing, server_side=True).do_handshake()
    except ssl.SSLError:
        pass  # it has no certificate
    return names


def ask(port, parts):
    for _ in range(100):
        try:
            client = socket.create_connection(("127.0.0.1", port), timeout=10)
            break
        except OSError:
            time.sleep(0.1)
    with client:
        for part in parts:
            client.sendall(part)
            time.sleep(0.2)
        return client.recv(100).decode()


sslh, sniproxy, named, other = map(int, sys.argv[1:])
serve(named, b"named")
serve(other, b"other")
record = client_hello()
message = record[5:]
first, second = (record[:3] + len(part).to_bytes(2, "big") + part for part in (message[:100], message[100:]))
as_stated = True
for what, parts, expected in (
    ("one record", [record], "named"),
    ("one record in two segments", [record[:105], record[105:]], "named"),
    ("two records", [first + second], "other"),
    ("two records in two segments", [first, second], "other"),
):
    seen = by_python(b"".join(parts)), ask(sslh, parts), ask(sniproxy, parts)
    print(f"{what}: Python reads {seen[0]}, sslh to the {seen[1]} server, SNIProxy to the {seen[2]} server")
    as_stated &= seen == (["www.example.org"], expected, expected)
sys.exit(not as_stated)
PY
python3 find.py "$sslh_port" "$sniproxy_port" "$named_port" "$other_port" || { echo "CHANGED: see above"; exit 1; }
