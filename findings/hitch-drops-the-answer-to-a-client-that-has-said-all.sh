#!/bin/bash
# hitch closes the connection as soon as its client says that it has sent all, and the server's answer is lost.
#
# Versions: hitch 1.7.2 (Debian 12: 1.7.2-1+b1); HAProxy 2.6.12 and stunnel 5.68 of Debian 12 for comparison, Python 3.11 as server and client.
#   Wants `apt-get update` beforehand.
# Expected: RFC 8446, section 6.1: close_notify says that its sender sends no more; it "does not have any effect on its read side", and since TLS 1.3
#   the other side need not close in reply. For the connection to the server TCP has the half-close.
# Seen: a client sends a request and close_notify, and reads on. The server gets the request and its end, and answers half a second later. Through HAProxy
#   and through stunnel the answer arrives, through hitch nothing but hitch's close_notify, with TLS 1.2 and TLS 1.3.
# Why it matters: where the end of the request is the end of the stream, the client gets an empty answer that ends as it should, and neither side sees an
#   error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get -qq download hitch=1.7.2-1+b1 libev4=1:4.33-1 haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 \
    libopentracing1=1.6.0-4 stunnel4=3:5.68-2+deb12u1 libwrap0=7.6.q-32 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log
cat cert.pem key.pem >both.pem
chmod 644 both.pem

cat > find.py <<'PY'
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import time

ENVIRONMENT = {**os.environ, "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu:lib/x86_64-linux-gnu"}
STUNNEL = "foreground = yes\npid =\n[tunnel]\naccept = 127.0.0.1:PORT\nconnect = 127.0.0.1:SERVER\ncert = both.pem\n"
HAPROXY = """
defaults
    mode tcp
    timeout connect 5s
    timeout client 20s
    timeout server 20s
frontend tunnel
    bind 127.0.0.1:PORT ssl crt both.pem
    default_backend server
backend server
    server one 127.0.0.1:SERVER
"""
USER = ["--user=nobody"] if os.getuid() == 0 else []
TUNNELS = {
    "hitch": ["usr/sbin/hitch", *USER, "--frontend=[127.0.0.1]:PORT", "--backend=[127.0.0.1]:SERVER", "both.pem"],
    "HAProxy": ["usr/sbin/haproxy", "-db", "-f", "haproxy.cfg"],
    "stunnel": ["usr/bin/stunnel4", "stunnel.conf"],
}
requests = []


def serve(listener):
    while True:
        sock, _ = listener.accept()
        with sock:
            request = b""
            while piece := sock.recv(100):
                request += piece
            requests.append(request)
            time.sleep(0.5)
            try:
                sock.sendall(b"answer")
            except OSError:
                pass


def exchange(port, version):
    """The answer to a request that ends with close_notify, and how it ends."""
    context = ssl.create_default_context(cafile="cert.pem")
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    context.maximum_version = version
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:

        def drive(method, *arguments):
            while True:
                try:
                    return method(*arguments)
                except ssl.SSLWantReadError:
                    sock.sendall(outgoing.read())
                    data = sock.recv(65536)
                    incoming.write(data) if data else incoming.write_eof()
                finally:
                    sock.sendall(outgoing.read())

        drive(tls.do_handshake)
        drive(tls.write, b"request")
        try:
            tls.unwrap()
        except ssl.SSLWantReadError:  # for the other's close_notify
            pass
        sock.sendall(outgoing.read())
        answer = b""
        try:
            while piece := drive(tls.read, 100):
                answer += piece
        except ssl.SSLZeroReturnError:
            pass
        except ssl.SSLError as error:
            return answer, error.reason
    return answer, "close_notify"


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
as_stated = True
for name, command in TUNNELS.items():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def fill(text):
        return text.replace("PORT", str(port)).replace("SERVER", str(listener.getsockname()[1]))

    pathlib.Path("stunnel.conf").write_text(fill(STUNNEL))
    pathlib.Path("haproxy.cfg").write_text(fill(HAPROXY))
    with open(f"{name}.log", "wb") as log:
        tunnel = subprocess.Popen([fill(word) for word in command], env=ENVIRONMENT, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        time.sleep(1)  # for the server to have done with that one
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            requests.clear()
            answer, end = exchange(port, version)
            time.sleep(1)
            print(f"{name}, {version.name}: the server got {requests}, the client {answer!r} and {end}")
            as_stated &= (requests, answer, end) == ([b"request"], b"" if name == "hitch" else b"answer", "close_notify")
    finally:
        tunnel.terminate()
        tunnel.wait()
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
