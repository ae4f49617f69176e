#!/bin/bash
# Apache: "PROXY UNKNOWN" is an "internal error", and who comes through a proxy has the address of the one and the port of the other.
#
# Versions: Apache 2.4.71 with mod_remoteip (Debian 12: apache2-bin 2.4.71-1~deb12u1), HAProxy 2.6.12 of Debian 12, Python 3.11 as client. Wants
#   `apt-get update` beforehand.
# Expected: the PROXY protocol's specification (HAProxy, doc/proxy-protocol.txt), section 2.1: "PROXY UNKNOWN" with CRLF is a complete header, the
#   shortest there is, with 15 octets, and the receiver takes the connection's real endpoints. Other headers have address and port of the
#   client.
# Seen: mod_remoteip takes 16 octets first, as many as a header of version 2 has at least, so one of the request is among them: the connection is
#   closed, and the log has "internal error: have data left over", whether the request comes at once or a second later. With addresses
#   behind UNKNOWN it is answered. A client at HAProxy's UNIX socket gets 502, with `send-proxy`. For "PROXY TCP4 192.0.2.1 192.0.2.2 1024
#   443" REMOTE_ADDR is 192.0.2.1, and REMOTE_PORT that of the proxy's own connection.
# Why it matters: TLS terminators take clients from UNIX sockets, and this is what they must send for them. A log with address and port, from which an
#   access provider is to find a customer behind a shared address, names nobody.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get -qq download apache2-bin=2.4.71-1~deb12u1 libapr1=1.7.2-3+deb12u1 libaprutil1=1.6.3-1+deb12u1 haproxy=2.6.12-1+deb12u4 \
    liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
mkdir site

cat > find.py <<'PY'
import os
import pathlib
import re
import socket
import subprocess
import sys
import time

WORK = os.getcwd()
ENVIRONMENT = {**os.environ, "LD_LIBRARY_PATH": f"{WORK}/usr/lib/x86_64-linux-gnu"}
APACHE = """
ServerRoot WORK
ServerName localhost
Listen 127.0.0.1:APACHE
PidFile WORK/pid
ErrorLog WORK/error.log
LoadModule mpm_event_module MODULES/mod_mpm_event.so
LoadModule authz_core_module MODULES/mod_authz_core.so
LoadModule remoteip_module MODULES/mod_remoteip.so
LoadModule headers_module MODULES/mod_headers.so
LoadModule alias_module MODULES/mod_alias.so
Mutex posixsem
DocumentRoot WORK/site
RemoteIPProxyProtocol On
Redirect / /elsewhere
Header always set Peer "expr=%{REMOTE_ADDR} %{REMOTE_PORT}"
"""
HAPROXY = """
defaults
    mode http
    timeout connect 5s
    timeout client 10s
    timeout server 10s
frontend clients
    bind unix@WORK/socket
    bind 127.0.0.1:PORT
    default_backend server
backend server
    server apache 127.0.0.1:APACHE send-proxy
"""
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
processes = []


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def start(command, port):
    with open(f"{len(processes)}.log", "wb") as log:
        processes.append(subprocess.Popen(command, env=ENVIRONMENT, stdout=log, stderr=log))
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)


def ask(family, address, *segments):
    """The response's status, the peer as Apache has it, and the local port."""
    with socket.socket(family) as sock:
        sock.settimeout(20)
        sock.connect(address)
        port = str(sock.getsockname()[1]) if family == socket.AF_INET else ""
        for number, segment in enumerate(segments):
            time.sleep(number)
            sock.sendall(segment)
        response = b""
        try:
            while piece := sock.recv(1000):
                response += piece
        except ConnectionResetError:
            pass
    if not response:
        return "closed", None, port
    peer = re.search(rb"Peer: (.*)\r\n", response, re.I)
    return response.split()[1].decode(), peer and peer[1].decode(), port


apache, port = free_port(), free_port()
words = {"WORK": WORK, "PORT": port, "APACHE": apache, "MODULES": f"{WORK}/usr/lib/apache2/modules"}
for name, text in (("apache", APACHE), ("haproxy", HAPROXY)):
    if name == "apache" and os.getuid() == 0:
        text += "User nobody\nGroup nogroup\n"
    for word, value in words.items():
        text = re.sub(rf"\b{word}\b", str(value), text)
    pathlib.Path(f"{name}.conf").write_text(text)
direct = socket.AF_INET, ("127.0.0.1", apache)
unknown, tcp4 = b"PROXY UNKNOWN\r\n", b"PROXY TCP4 192.0.2.1 192.0.2.2 1024 443\r\n"
try:
    start(["usr/sbin/apache2", "-d", WORK, "-f", f"{WORK}/apache.conf", "-DFOREGROUND"], apache)
    start(["usr/sbin/haproxy", "-db", "-f", "haproxy.conf"], port)
    seen = {
        "PROXY UNKNOWN, request in the same segment": ask(*direct, unknown + REQUEST),
        "PROXY UNKNOWN, request a second later": ask(*direct, unknown, REQUEST),
        "PROXY UNKNOWN with addresses": ask(*direct, unknown[:-2] + b" 192.0.2.1 192.0.2.2 1024 443\r\n" + REQUEST),
        "PROXY TCP4 192.0.2.1 192.0.2.2 1024 443": ask(*direct, tcp4 + REQUEST),
        "HAProxy, client of TCP": ask(socket.AF_INET, ("127.0.0.1", port), REQUEST),
        "HAProxy, client of the UNIX socket": ask(socket.AF_UNIX, "socket", REQUEST),
    }
finally:
    for process in processes:
        process.terminate()
        process.wait()
for case, (status, peer, local) in seen.items():
    print(f"{case}: {status}, peer {peer}, the client's own port {local or None}")
error = "internal error: have data left over" in pathlib.Path("error.log").read_text()
print("Apache's log has the internal error:", error)
statuses = [status for status, _, _ in seen.values()]
_, peer, local = seen["PROXY TCP4 192.0.2.1 192.0.2.2 1024 443"]
sys.exit(not error or statuses != ["closed", "closed", "302", "302", "302", "502"] or peer != f"192.0.2.1 {local}")
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
