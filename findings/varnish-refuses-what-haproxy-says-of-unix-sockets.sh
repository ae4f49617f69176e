#!/bin/bash
# Varnish: a connection that begins with "PROXY UNKNOWN" is closed, so whoever comes to HAProxy through a UNIX socket gets 502.
#
# Versions: Varnish 7.1.1 (Debian 12: varnish 7.1.1-2+deb12u1), HAProxy 2.6.12 of Debian 12, Python 3.11 as client. Wants `apt-get update` beforehand, and
#   gcc, with which Varnish compiles its configuration.
# Expected: the PROXY protocol's specification (HAProxy, doc/proxy-protocol.txt), section 2.1: protocols other than TCP over IPv4 and IPv6 must be reported
#   as "UNKNOWN", the sender may leave out the rest of the line, and the receiver must ignore it and take the real endpoints.
# Seen: HAProxy with `send-proxy` sends "PROXY UNKNOWN" for a client at its UNIX socket. Varnish closes the connection, and logs "PROXY1: Too few
#   fields". A client of the same frontend that comes over TCP is answered, and both are with `send-proxy-v2`, where the
#   same is said with the command LOCAL. With four fields behind UNKNOWN Varnish closes the connection as well.
# Why it matters: TLS terminators take their own clients, and their checks, from UNIX sockets. What the one program must send, the other does not take.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download varnish=7.1.1-2+deb12u1 libvarnishapi3=7.1.1-2+deb12u1 libjemalloc2=5.3.0-1 haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 \
    libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
mkdir state
cat > varnish.vcl <<'VCL'
vcl 4.1;
backend default none;
sub vcl_recv { return (synth(200)); }
VCL

cat > find.py <<'PY'
import os
import pathlib
import re
import socket
import subprocess
import sys
import time

WORK = os.getcwd()
ENVIRONMENT = {**os.environ, "HOME": WORK, "LD_LIBRARY_PATH": f"{WORK}/usr/lib/x86_64-linux-gnu:{WORK}/usr/lib/x86_64-linux-gnu/varnish"}
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
    server varnish 127.0.0.1:VARNISH OPTION
"""
processes = []


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def start(name, command, port):
    with open(f"{name}.log", "wb") as log:
        processes.append(subprocess.Popen(command, env=ENVIRONMENT, stdout=log, stderr=log))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)


def stop():
    process = processes.pop()
    process.terminate()
    process.wait()


def status(family, address, header=b""):
    with socket.socket(family) as sock:
        sock.settimeout(20)
        sock.connect(address)
        sock.sendall(header + b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        response = b""
        try:
            while piece := sock.recv(1000):
                response += piece
        except ConnectionResetError:
            pass
    return response.split()[1].decode() if response else "closed"


varnish, port = free_port(), free_port()
command = ["usr/sbin/varnishd", "-F", "-n", f"{WORK}/state", "-j", "none", "-a", f"127.0.0.1:{varnish},PROXY", "-f", f"{WORK}/varnish.vcl"]
start("varnish", command, varnish)
log = open("varnishlog.log", "wb")
processes.append(subprocess.Popen(["usr/bin/varnishlog", "-n", f"{WORK}/state", "-g", "raw"], env=ENVIRONMENT, stdout=log, stderr=log))
seen = {}
try:
    time.sleep(1)
    for option in ("send-proxy", "send-proxy-v2"):
        words = {"WORK": WORK, "PORT": port, "VARNISH": varnish, "OPTION": option}
        text = HAPROXY
        for word, value in words.items():
            text = re.sub(rf"\b{word}\b", str(value), text)
        pathlib.Path("haproxy.cfg").write_text(text)
        start("haproxy", ["usr/sbin/haproxy", "-db", "-f", "haproxy.cfg"], port)
        seen[option] = status(socket.AF_UNIX, "socket"), status(socket.AF_INET, ("127.0.0.1", port))
        print("{}: client of the UNIX socket {}, of TCP {}".format(option, *seen[option]))
        stop()
    for rest in ("", " 2001:db8::1 2001:db8::2 1024 443"):
        seen[rest] = status(socket.AF_INET, ("127.0.0.1", varnish), f"PROXY UNKNOWN{rest}\r\n".encode())
        print(f"Varnish itself, PROXY UNKNOWN{rest}: {seen[rest]}")
    time.sleep(1)
finally:
    while processes:
        stop()
garbage = set(re.findall("ProxyGarbage.*(PROXY1: .*)", pathlib.Path("varnishlog.log").read_text()))
print("Varnish's log:", *garbage)
closed = {"": "closed", " 2001:db8::1 2001:db8::2 1024 443": "closed"}
sys.exit("PROXY1: Too few fields" not in garbage or seen != {"send-proxy": ("502", "200"), "send-proxy-v2": ("200", "200"), **closed})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
