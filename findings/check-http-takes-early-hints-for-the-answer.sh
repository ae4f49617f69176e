#!/bin/bash
# check_http: a server that sends "103 Early Hints" and then "503 Service Unavailable" is "HTTP OK", and one that sends 200 behind it fails -e 200.
#
# Versions: Monitoring Plugins 2.3.3 (Debian 12: 2.3.3-5+deb12u2), their check_curl for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 9110, section 15.2: a client MUST be able to parse one or more 1xx responses prior to a final response, even if it does not expect one. RFC
#   8297: 103 Early Hints, which servers send without being asked.
# Seen: check_http takes the first status line for the result and what follows for the content, so a 503 behind a 103 is OK, exit status 0, while with
#   -e 200 a 200 behind a 103 is CRITICAL, exit status 2. check_curl, of the same plugins, says 503 and 200. Without the 103 both agree.
# Why it matters: an administrator who turns on Early Hints in front of a server is never told again that it is down.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download monitoring-plugins-basic=2.3.3-5+deb12u2 monitoring-plugins-standard=2.3.3-5+deb12u2 \
    liburiparser1=0.9.7+dfsg-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import socket
import ssl
import subprocess
import sys
import threading

PLUGINS = "usr/lib/nagios/plugins/"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n"
END = b"Content-Length: 4\r\nConnection: close\r\n\r\ntext"
ANSWERS = {
    "/503": b"HTTP/1.1 503 Service Unavailable\r\n" + END,
    "/200": b"HTTP/1.1 200 OK\r\n" + END,
    "/103-503": HINTS + b"HTTP/1.1 503 Service Unavailable\r\n" + END,
    "/103-200": HINTS + b"HTTP/1.1 200 OK\r\n" + END,
}
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener):
    while True:
        sock, _ = listener.accept()
        try:
            with context.wrap_socket(sock, server_side=True) as tls:
                request = b""
                while b"\r\n\r\n" not in request and (piece := tls.recv(4096)):
                    request += piece
                tls.sendall(ANSWERS[request.split()[1].decode()])
                tls.unwrap()
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = str(listener.getsockname()[1])
seen = {}
for plugin in ("check_http", "check_curl"):
    for path, options in (("/503", []), ("/103-503", []), ("/200", ["-e", "200"]), ("/103-200", ["-e", "200"])):
        command = [PLUGINS + plugin, "-S", "-I", "127.0.0.1", "-H", "localhost", "-p", port, "-u", path, *options]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
        seen[plugin, path] = result.returncode
        print(f"{plugin} {' '.join(['-u', path, *options])}: exit status {result.returncode}, {result.stdout.split(' - ')[0].splitlines()[0]}")
expected = {
    ("check_http", "/503"): 2,
    ("check_http", "/103-503"): 0,
    ("check_http", "/200"): 0,
    ("check_http", "/103-200"): 2,
    ("check_curl", "/503"): 2,
    ("check_curl", "/103-503"): 2,
    ("check_curl", "/200"): 0,
    ("check_curl", "/103-200"): 0,
}
sys.exit(seen != expected)
PY
timeout 90 python3 find.py || { echo "CHANGED: see above"; exit 1; }
