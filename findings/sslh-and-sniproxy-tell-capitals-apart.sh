#!/bin/bash
# sslh and SNIProxy: a client that asks for "WWW.example.org" does not come to the server of "www.example.org".
#
# Versions: sslh 1.20 (Debian 12: 1.20-1+deb12u1), SNIProxy 0.6.0 (Debian 12: 0.6.0-2.1), Python 3.11 as client and servers. Wants `apt-get update`
#   beforehand.
# Expected: RFC 6066, section 3: the name in server_name is a DNS host name; RFC 4343: these are compared without regard to case, and servers'
#   certificates are as well.
# Seen: with one server for www.example.org, and one for all else, "www.example.org" leads to the first, and "WWW.example.org" and "WWW.EXAMPLE.ORG"
#   to the second, with either program. Python and OpenSSL send the name as it is given to them; browsers change it before.
# Why it matters: programs take the host from a configuration file, and people write names as they like. The client gets another host's certificate.
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


def client_hello(name):
    context = ssl.create_default_context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        context.wrap_bio(incoming, outgoing, server_hostname=name).do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()


def ask(port, data):
    for _ in range(100):
        try:
            client = socket.create_connection(("127.0.0.1", port), timeout=10)
            break
        except OSError:
            time.sleep(0.1)
    with client:
        client.sendall(data)
        return client.recv(100).decode()


sslh, sniproxy, named, other = map(int, sys.argv[1:])
serve(named, b"named")
serve(other, b"other")
as_stated = True
for name, expected in (("www.example.org", "named"), ("WWW.example.org", "other"), ("WWW.EXAMPLE.ORG", "other")):
    hello = client_hello(name)
    seen = name.encode() in hello, ask(sslh, hello), ask(sniproxy, hello)
    print(f"{name}: sslh to the {seen[1]} server, SNIProxy to the {seen[2]} server")
    as_stated &= seen == (True, expected, expected)
sys.exit(not as_stated)
PY
python3 find.py "$sslh_port" "$sniproxy_port" "$named_port" "$other_port" || { echo "CHANGED: see above"; exit 1; }
