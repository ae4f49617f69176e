#!/bin/bash
# w3m, Lynx and axel: a server's certificate that names its IP address is refused at that address.
#
# Versions: Debian 12's w3m 0.5.3+git20230121, Lynx 2.9.0dev.12, axel 2.17.11; Python 3.11 as server and as the other client.
#   Wants `apt-get update` beforehand.
# Expected: RFC 9110, section 4.3.5: for a URI with an IP address the client compares the address with those of type iPAddress in the certificate,
#   octet by octet (RFC 5280, section 4.2.1.6, and RFC 9525, section 6.4). That is the only kind of name such a URI can have.
# Seen: the certificate has DNS:localhost and IP:127.0.0.1, and its issuer is trusted. w3m and Lynx show https://localhost/. At
#   https://127.0.0.1/ w3m says "Bad cert ident from 127.0.0.1: dNSName=localhost", Lynx "Can't access", and axel "Hostname verification failed":
#   none takes notice of the address. axel takes a certificate without any alternative names if 127.0.0.1 is its common name.
# Why it matters: servers in a local network, and those of tests, are reached by address. With their certificates these three are of no use, unless one
#   turns verification off.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download w3m=0.5.3+git20230121-2 libgc1=1:8.2.2-3 lynx=2.9.0dev.12-1 lynx-common=2.9.0dev.12-1 axel=2.17.11-3 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout "$1.key" -out "$1.pem" "${@:2}" 2>openssl.log
}
certificate names -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1
certificate common -subj /CN=127.0.0.1
cat names.pem common.pem >trusted.pem

cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request

ENVIRONMENT = {**os.environ, "HOME": os.getcwd(), "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu", "SSL_CERT_FILE": "trusted.pem"}
CLIENTS = {
    "w3m": ["usr/bin/w3m", "-o", f"ssl_ca_file={os.getcwd()}/trusted.pem", "-dump"],
    "Lynx": ["usr/bin/lynx", "-cfg=etc/lynx/lynx.cfg", "-dump"],
    "axel": ["usr/bin/axel", "-n", "1", "-o", "page"],
}


def serve(listener, name):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{name}.pem", f"{name}.key")
    while True:
        sock, _ = listener.accept()
        sock.settimeout(5)
        try:
            with context.wrap_socket(sock, server_side=True) as tls:
                if tls.recv(65536):
                    tls.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nHello\n")
                    tls.unwrap()
        except OSError:
            sock.close()


def start(name):
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener, name), daemon=True).start()
    return listener.getsockname()[1]


def get(client, url):
    if client == "Python":
        context = ssl.create_default_context(cafile="trusted.pem")
        return "shows it" if urllib.request.urlopen(url, context=context).read() == b"Hello\n" else "fails"
    if os.path.exists("page"):
        os.remove("page")
    result = subprocess.run(CLIENTS[client] + [url], env=ENVIRONMENT, input=b"", capture_output=True, timeout=30)
    output = (result.stdout + result.stderr).decode()
    for error in ("Bad cert ident from 127.0.0.1: dNSName=localhost", "Can't access startfile", "Hostname verification failed"):
        if error in output:
            return error
    if client == "axel" and os.path.exists("page") or "Hello" in output:
        return "shows it"
    return output


names, common = start("names"), start("common")
seen = {}
for client in (*CLIENTS, "Python"):
    seen[client] = get(client, f"https://127.0.0.1:{names}/")
    print(f"{client}, by address: {seen[client]}")
for client in ("w3m", "Lynx", "Python"):
    seen[client, "name"] = get(client, f"https://localhost:{names}/")
    print(f"{client}, by name: {seen[client, 'name']}")
seen["common"] = get("axel", f"https://127.0.0.1:{common}/")
print(f"axel, by address that is the common name: {seen['common']}")
expected = {
    "w3m": "Bad cert ident from 127.0.0.1: dNSName=localhost",
    "Lynx": "Can't access startfile",
    "axel": "Hostname verification failed",
}
sys.exit(any(seen[case] != expected.get(case, "shows it") for case in seen))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
