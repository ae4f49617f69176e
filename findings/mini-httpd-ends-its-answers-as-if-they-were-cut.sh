#!/bin/bash
# mini_httpd: no answer over TLS ends with close_notify, so that of a script cannot be told from half of it.
#
# Versions: mini_httpd 1.30 (Debian 12: mini-httpd 1.30-3); lighttpd 1.4.69 of Debian 12 for comparison, Python 3.11 as client. Wants
#   `apt-get update` beforehand.
# Expected: RFC 9112, section 9.8: a server MUST try to close with close_notify; a client takes a response without a length, which ends with the connection,
#   for complete only if that came.
# Seen: a file and the output of a script both end in a bare FIN, with TLS 1.2 and TLS 1.3. The script's output has neither Content-Length nor
#   chunks, so nothing else marks its end. lighttpd, with the same file and script, sends close_notify behind both.
# Why it matters: a client that keeps to the RFC gets an error for each script, whatever it does; one that does not, takes half an answer for a
#   whole one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get -qq download mini-httpd=1.30-3 lighttpd=1.4.69-1 lighttpd-mod-openssl=1.4.69-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log
cat cert.pem key.pem >both.pem
mkdir site
echo Hello >site/file.txt
printf '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n"\necho Hello\n' >site/script.cgi
chmod 755 site site/script.cgi

cat > find.py <<'PY'
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import time

LIGHTTPD = """
server.document-root = "WORK/site"
server.bind = "127.0.0.1"
server.port = PORT
server.modules = ("mod_cgi", "mod_openssl")
server.http-parseopts = ("host-strict" => "disable")
cgi.assign = (".cgi" => "/bin/sh")
ssl.engine = "enable"
ssl.pemfile = "WORK/both.pem"
"""
USER = ["-u", "nobody"] if os.getuid() == 0 else []
MINI = ["usr/sbin/mini_httpd", "-D", "-h", "127.0.0.1", "-p", "PORT", "-d", "site", "-c", "**.cgi", "-S", "-E", "both.pem", *USER]
SERVERS = {
    "mini_httpd": MINI,
    "lighttpd": ["usr/sbin/lighttpd", "-D", "-m", "usr/lib/lighttpd", "-f", "lighttpd.conf"],
}


def get(port, version, path):
    context = ssl.create_default_context(cafile="cert.pem")
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    context.maximum_version = version
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        with context.wrap_socket(sock, server_hostname="localhost", suppress_ragged_eofs=False) as tls:
            tls.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            response = b""
            try:
                while piece := tls.recv(1000):
                    response += piece
                end = "close_notify"
            except ssl.SSLEOFError:
                end = "bare FIN"
    head, _, body = response.partition(b"\r\n\r\n")
    assert b" 200 " in head and body == b"Hello\n", response
    return "with a length" if b"content-length:" in head.lower() else "without a length", end


as_stated = True
for name, command in SERVERS.items():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    pathlib.Path("lighttpd.conf").write_text(LIGHTTPD.replace("WORK", os.getcwd()).replace("PORT", str(port)))
    with open(f"{name}.log", "wb") as log:
        server = subprocess.Popen([word.replace("PORT", str(port)) for word in command], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for path in ("/file.txt", "/script.cgi"):
                length, end = get(port, version, path)
                print(f"{name}, {version.name}, {path}: {length}, {end}")
                as_stated &= end == ("bare FIN" if name == "mini_httpd" else "close_notify")
                as_stated &= length == ("with" if path == "/file.txt" else "without") + " a length" or name == "lighttpd"
    finally:
        server.terminate()
        server.wait()
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
