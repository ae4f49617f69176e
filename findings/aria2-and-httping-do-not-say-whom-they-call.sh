#!/bin/bash
# aria2 sends no server_name for a host without a dot, httping never does, and a server with several names shows them another's certificate.
#
# Versions: Debian 12's aria2 1.36.0, httping 2.5; Python 3.11 as server, proxy and as the other client. Wants `apt-get update` beforehand.
# Expected: RFC 6066, section 3: "It is RECOMMENDED that clients include an extension of type "server_name" in the client hello whenever they locate a
#   server by a supported name type". RFC 9325, section 3.7: implementations MUST support it. "localhost" and "intranet" are such names.
# Seen: a server has certificates for three names, and for other.example.org, which who asks for none gets. aria2, through a proxy that leads
#   to it, sends server_name for https://intranet.example.org/, and for https://intranet/ and https://localhost/ it sends none, and fails:
#   "hostname does not match". httping, which verifies nothing, shows the fingerprint of other.example.org for localhost. Python sends the name.
# Why it matters: the same server works under one of its names and fails under the other, and the error blames its certificate; a monitor that
#   shows fingerprints shows those of a neighbour.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download aria2=1.36.0-1 libaria2-0=1.36.0-1 libc-ares2=1.18.1-3 httping=2.5-5.2+b1 libfftw3-double3=3.3.10-1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
for host in localhost intranet intranet.example.org other.example.org; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$host" \
        -addext "subjectAltName=DNS:$host" -keyout "$host.key" -out "$host.pem" 2>openssl.log
done
cat ./*.pem >trusted

cat > find.py <<'PY'
import hashlib
import http.client
import os
import re
import socket
import ssl
import subprocess
import sys
import threading

ENVIRONMENT = {**os.environ, "HOME": os.getcwd(), "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu"}
HOSTS = ("localhost", "intranet", "intranet.example.org")
names = []


def context_for(host):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{host}.pem", f"{host}.key")
    return context


contexts = {host: context_for(host) for host in (*HOSTS, "other.example.org")}


def choose(tls, name, _):
    names.append(name)
    tls.context = contexts.get(name, tls.context)


contexts["other.example.org"].sni_callback = choose


def converse(sock):
    sock.settimeout(5)
    try:
        if sock.recv(7, socket.MSG_PEEK) == b"CONNECT":
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += sock.recv(1)
            sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with contexts["other.example.org"].wrap_socket(sock, server_side=True) as tls:
            if tls.recv(65536):
                tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nHello\n")
                tls.unwrap()
    except OSError:
        sock.close()


def serve():
    while True:
        threading.Thread(target=converse, args=(listener.accept()[0],), daemon=True).start()


def by_aria2(host):
    command = ["usr/bin/aria2c", "--no-conf", "--ca-certificate=trusted", f"--https-proxy=http://127.0.0.1:{port}", "--max-tries=1"]
    command += ["--allow-overwrite=true", "--out=page", f"https://{host}/"]
    output = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60).stdout
    return "refused" if "hostname does not match" in output else "loaded" if "(OK):download completed" in output else output


def by_python(host):
    client = http.client.HTTPSConnection("127.0.0.1", port, context=ssl.create_default_context(cafile="trusted"), timeout=10)
    client.set_tunnel(host)
    client.request("GET", "/")
    return "loaded" if client.getresponse().read() == b"Hello\n" else "failed"


def fingerprint(host):
    with open(f"{host}.pem") as file:
        return hashlib.md5(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()


listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
threading.Thread(target=serve, daemon=True).start()
as_stated = True
for host in HOSTS:
    names.clear()
    results = by_aria2(host), by_python(host)
    print("{}: aria2 {}, Python {}; server_name {} and {}".format(host, *results, *names))
    dotted = "." in host
    as_stated &= (results, names) == (("loaded" if dotted else "refused", "loaded"), [host if dotted else None, host])
command = ["usr/bin/httping", "-l", "-z", "-c", "1", "-t", "10", "-g", f"https://localhost:{port}/"]
names.clear()
output = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60).stdout
shown = re.sub("[^0-9a-f]", "", re.search(r"([0-9a-fA-F]{2}[: ]?){16}", output)[0].lower())
owner = next((host for host in contexts if fingerprint(host) == shown), shown)
print(f"httping at localhost: server_name {names[0]}, fingerprint of {owner}")
sys.exit(not as_stated or (names[0], owner) != (None, "other.example.org"))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
