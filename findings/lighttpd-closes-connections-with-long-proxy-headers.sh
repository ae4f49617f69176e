#!/bin/bash
# lighttpd: a PROXY header of more than 256 octets ends the connection, so for long host names HAProxy has no answer.
#
# Versions: lighttpd 1.4.69 (Debian 12: 1.4.69-1), HAProxy 2.6.12 of Debian 12, Python 3.11 as client. Wants `apt-get update` beforehand.
# Expected: the PROXY protocol's specification (HAProxy, doc/proxy-protocol.txt), section 2: "Both formats are designed to fit in the smallest TCP
#   segment that any TCP/IP host is required to support (576 - 40 = 536 bytes)"; section 2.2: behind the addresses there may be TLVs, up to the
#   length in the header, and a receiver skips those that it does not want. A DNS name has up to 253 letters.
# Seen: HAProxy with `send-proxy-v2` and `proxy-v2-options authority,ssl,ssl-cipher` sends the client's server_name. A client that asks for a name
#   of 39 letters gets lighttpd's page, one that asks for a name of 199 gets nothing. lighttpd logs "hap-PROXY proto received invalid/unsupported
#   request". By itself it takes headers of 256 octets, and not of 257.
# Why it matters: with names of clusters and with TLVs of clouds and certificates headers of that size are not rare. Leave out some of the options.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download lighttpd=1.4.69-1 haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -keyout key.pem -out cert.pem 2>openssl.log
cat key.pem cert.pem >both.pem
mkdir site
echo hello >site/page

cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys
import time

HAPROXY = """
defaults
    mode tcp
    timeout connect 5s
    timeout client 10s
    timeout server 10s
listen clients
    bind 127.0.0.1:PORT ssl crt both.pem
    server lighttpd 127.0.0.1:SERVER send-proxy-v2 proxy-v2-options authority,ssl,ssl-cipher
"""
LIGHTTPD = """
server.document-root = "WORK/site"
server.bind = "127.0.0.1"
server.port = SERVER
server.modules = ("mod_extforward")
server.errorlog = "WORK/error.log"
extforward.forwarder = ("127.0.0.1" => "trust")
extforward.hap-PROXY = "enable"
"""
REQUEST = b"GET /page HTTP/1.0\r\n\r\n"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def wait_for(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("no server")


def answer(connection):
    try:
        connection.sendall(REQUEST)
        parts = []
        while data := connection.recv(10_000):
            parts.append(data)
        return "the page" if b"".join(parts).endswith(b"hello\n") else "nothing"
    except OSError:
        return "nothing"


def through_haproxy(length):
    name = ".".join(["a" * 39] * 5)[:length]
    context = ssl.create_default_context(cafile="cert.pem")
    context.check_hostname = False
    with socket.create_connection(("127.0.0.1", port), 10) as sock, context.wrap_socket(sock, server_hostname=name) as tls:
        return answer(tls)


def directly(length):
    addresses = socket.inet_aton("192.0.2.1") + socket.inet_aton("192.0.2.2") + (1000).to_bytes(2, "big") + (443).to_bytes(2, "big")
    filler = length - 16 - len(addresses) - 3
    content = addresses + b"\4" + filler.to_bytes(2, "big") + bytes(filler)  # PP2_TYPE_NOOP
    with socket.create_connection(("127.0.0.1", server_port), 10) as sock:
        sock.sendall(b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + len(content).to_bytes(2, "big") + content)
        return answer(sock)


port, server_port = free_port(), free_port()
for name, text in (("haproxy.cfg", HAPROXY), ("lighttpd.conf", LIGHTTPD)):
    with open(name, "w") as file:
        file.write(text.replace("WORK", os.getcwd()).replace("PORT", str(port)).replace("SERVER", str(server_port)))
environment = {**os.environ, "LD_LIBRARY_PATH": f"{os.getcwd()}/usr/lib/x86_64-linux-gnu"}
commands = (
    ["usr/sbin/lighttpd", "-D", "-f", "lighttpd.conf", "-m", "usr/lib/lighttpd"],
    ["usr/sbin/haproxy", "-db", "-f", "haproxy.cfg"],
)
with open("servers.log", "w") as log:
    processes = [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for command in commands]
try:
    wait_for(server_port)
    wait_for(port)
    seen = [through_haproxy(39), through_haproxy(199), directly(256), directly(257)]
finally:
    for process in processes:
        process.terminate()
        process.wait()
for what, result in zip(("a name of 39 letters", "a name of 199 letters", "a header of 256 octets", "a header of 257 octets"), seen):
    print(f"{what}: {result}")
with open("error.log") as log:
    logged = "hap-PROXY proto received invalid/unsupported request" in log.read()
sys.exit(not (seen == ["the page", "nothing", "the page", "nothing"] and logged))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
