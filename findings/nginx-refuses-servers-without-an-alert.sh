#!/bin/bash
# nginx completes the handshake with a server whose certificate it refuses, and then takes leave as from a good one.
#
# Versions: nginx 1.22.1 (Debian 12: nginx 1.22.1-9+deb12u11), Python 3.11 with OpenSSL 3.0. Wants `apt-get update` beforehand.
# Expected: RFC 8446, section 4.4.2.4 (and RFC 5246, section 7.2.2): a certificate that cannot be verified is answered with an alert,
#   unknown_ca or another that says why, and the handshake fails. A client of OpenSSL's with SSL_VERIFY_PEER does so.
# Seen: with proxy_ssl_verify on, nginx sends its Finished, and behind it close_notify: no alert on TLS 1.2 or 1.3. It verifies after the
#   handshake. The server's handshake succeeds, and reading gives a clean end.
# Why it matters: at the server nothing shows that its certificate has expired or names the wrong host. Its log has handshakes that
#   succeed, and clients that say nothing; only nginx's own log knows.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download nginx=1.22.1-9+deb12u11 2>apt.log || { cat apt.log; exit 2; }
dpkg -x nginx_*.deb .
for name in cert other; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout $name.key -out $name.pem 2>openssl.log
done

cat > find.py <<'PY'
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import time

NGINX = """
daemon off; master_process off; pid nginx.pid; error_log error.log info;
events {}
http {
    access_log off; client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;
    server {
        listen 127.0.0.1:PROXY;
        location / {
            proxy_pass https://127.0.0.1:SERVER; proxy_ssl_name localhost; proxy_ssl_verify on; proxy_ssl_protocols TLSv1.2 TLSv1.3;
            proxy_ssl_trusted_certificate WORK/other.pem;
        }
    }
}
"""


def client(port):
    """A client of OpenSSL's, for comparison."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
            ssl.create_default_context(cafile="other.pem").wrap_socket(sock, server_hostname="localhost")
    except ssl.SSLCertVerificationError:
        pass


def ask(port):
    deadline = time.monotonic() + 20
    while True:
        try:
            sock = socket.create_connection(("127.0.0.1", port), timeout=10)
            break
        except OSError:  # it has not started yet
            assert time.monotonic() < deadline
            time.sleep(0.05)
    with sock:
        sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
        response = b""
        while piece := sock.recv(65536):
            response += piece
        assert response.startswith(b"HTTP/1.1 502"), response


def server_sees(version, who, port):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "cert.key")
    context.maximum_version = version
    thread = threading.Thread(target=who, args=[port])
    thread.start()
    sock = listener.accept()[0]
    sock.settimeout(10)
    try:
        tls = context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=False)
    except ssl.SSLError as exc:
        seen = f"handshake fails: {exc.reason}"
    else:
        try:
            seen = f"handshake succeeds, then {tls.recv(100) or 'close_notify'}"
        except OSError as exc:
            seen = f"handshake succeeds, then {exc}"
        tls.close()
    sock.close()
    thread.join()
    return seen


listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(20)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
own = listener.getsockname()[1]
for word, value in {"PROXY": port, "SERVER": own, "WORK": os.getcwd()}.items():
    NGINX = NGINX.replace(word, str(value))
pathlib.Path("conf").write_text(NGINX)
nginx = subprocess.Popen(["usr/sbin/nginx", "-e", "error.log", "-p", ".", "-c", "conf"])
seen = []
try:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        for name, who, where in (("OpenSSL", client, own), ("nginx", ask, port)):
            seen.append(server_sees(version, who, where))
            print(f"{version.name}, refused by {name}: {seen[-1]}")
finally:
    nginx.kill()
    nginx.wait()
log = pathlib.Path("error.log").read_text()
print("nginx's log:", log[log.index("upstream SSL") :].partition(" while ")[0])
sys.exit(seen != ["handshake fails: TLSV1_ALERT_UNKNOWN_CA", "handshake succeeds, then close_notify"] * 2)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
