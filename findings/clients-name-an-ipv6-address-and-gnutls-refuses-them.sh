#!/bin/bash
# wget2, lftp, Lynx, siege, msmtp and Mosquitto's clients write an IPv6 address into server_name, and reach no server with GnuTLS at one.
#
# Versions: Debian 12's wget2 1.99.1, lftp 4.9.2, Lynx 2.9.0dev.12, siege 4.0.7, msmtp 1.8.23, mosquitto_pub 2.0.11, and gnutls-serv
#   3.7.9 as server; gnutls-cli of the same version and Python's ssl for comparison. Wants `apt-get update` beforehand, and IPv6 on the loopback.
# Expected: RFC 6066, section 3: "Literal IPv4 and IPv6 addresses are not permitted in "HostName"". A client that has an address only leaves
#   server_name out.
# Seen: five send server_name "::1", siege sends "[::1]". A server with GnuTLS knows that this is no host name, and answers with the alert
#   illegal_parameter, before it has shown its certificate, which has the address. wget2, lftp and msmtp are written with GnuTLS themselves.
#   gnutls-cli and Python, which send no name, complete the handshake at the same server.
# Why it matters: a server made with OpenSSL takes the name and overlooks it, so nobody notices; behind another library the same client fails with an
#   alert that says nothing of names.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download wget2=1.99.1-2.2 libwget0=1.99.1-2.2 libgpgme11=1.18.0-3+deb12u1 lftp=4.9.2-2+b1 lynx=2.9.0dev.12-1 \
    lynx-common=2.9.0dev.12-1 siege=4.0.7-1+b1 msmtp=1.8.23-1 libgsasl18=2.2.0-1+deb12u2 libgssglue1=0.7-1.1 libidn12=1.41-1 libntlm0=1.6-4 \
    libsecret-1-0=0.20.5-3 mosquitto-clients=2.0.11-1.2+deb12u2 libmosquitto1=2.0.11-1.2+deb12u2 libcjson1=1.7.15-1+deb12u4 \
    gnutls-bin=3.7.9-2+deb12u7 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:::1 -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys
import threading
import time

ENVIRONMENT = {**os.environ, "HOME": os.getcwd(), "LD_LIBRARY_PATH": "usr/lib:usr/lib/x86_64-linux-gnu", "SSL_CERT_FILE": "cert.pem"}
URL = "https://[::1]:PORT/"
CLIENTS = {
    "wget2": ["usr/bin/wget2", "--ca-certificate=cert.pem", "--tries=1", "-q", "-O", "page", URL],
    "lftp": ["usr/bin/lftp", "-c", f"set ssl:ca-file cert.pem; set net:max-retries 1; set net:timeout 5; cat {URL}"],
    "Lynx": ["usr/bin/lynx", "-cfg=etc/lynx/lynx.cfg", "-dump", URL],
    "siege": ["usr/bin/siege", "--rc=etc/siege/siegerc", "-q", "-g", URL],
    "msmtp": "usr/bin/msmtp --host=::1 --port=PORT --tls=on --tls-starttls=off --tls-trust-file=cert.pem --from=a@example.org b@example.org".split(),
    "mosquitto_pub": "usr/bin/mosquitto_pub --cafile cert.pem -h ::1 -p PORT -t a -m b".split(),
    "gnutls-cli": "usr/bin/gnutls-cli --x509cafile cert.pem -p PORT ::1".split(),
    "Python": ["python3", "client.py", "PORT"],
}
names = []


def serve(listener):
    """Asks for the name, and goes."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    context.sni_callback = lambda _, name, __: names.append(name)
    while True:
        sock, _ = listener.accept()
        sock.settimeout(5)
        try:
            context.wrap_socket(sock, server_side=True).close()
        except OSError:
            sock.close()


def run(command, port):
    words = [word.replace("PORT", str(port)) for word in command]
    try:
        subprocess.run(words, env=ENVIRONMENT, input=b"", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=4)
    except subprocess.TimeoutExpired:  # some try again and again
        pass


def handshake(command, port):
    """What gnutls-serv says of the client."""
    log = open("serv.log", "wb+")
    arguments = ["usr/bin/gnutls-serv", "--x509certfile=cert.pem", "--x509keyfile=key.pem", "--noticket", "--http", f"--port={port}"]
    server = subprocess.Popen(arguments, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("::1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        run(command, port)
    finally:
        server.kill()
        server.wait()
    log.seek(0)
    text = log.read().decode()
    if "A disallowed SNI server name has been received" in text:
        return "refused"
    return "completed" if "- Version: TLS1.3" in text else text


with open("client.py", "w") as file:
    file.write(
        "import socket, ssl, sys\n"
        "context = ssl.create_default_context(cafile='cert.pem')\n"
        "context.wrap_socket(socket.create_connection(('::1', int(sys.argv[1]))), server_hostname='::1').close()\n"
    )
listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
threading.Thread(target=serve, args=(listener,), daemon=True).start()
with socket.create_server(("::1", 0), family=socket.AF_INET6) as free:
    port = free.getsockname()[1]
as_stated = True
for client, command in CLIENTS.items():
    names.clear()
    run(command, listener.getsockname()[1])
    name, result = names[0], handshake(command, port)
    print(f"{client}: server_name {name}, handshake with gnutls-serv {result}")
    expected = (None, "completed") if client in ("gnutls-cli", "Python") else ("[::1]" if client == "siege" else "::1", "refused")
    as_stated &= (name, result) == expected
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
