#!/bin/bash
# PHP: no certificate is right for a URL with an IPv6 address, unless one names the address once more, without brackets.
#
# Versions: PHP 8.2.36 (Debian 12: php8.2-cli 8.2.36-1~deb12u1), Python 3.11 as server and as the other client. Wants `apt-get update`
#   beforehand, and IPv6 on the loopback.
# Expected: RFC 9110, section 4.3.5, and RFC 9525, section 6.4: a client compares the address of the URI with those of type iPAddress in the
#   certificate. The brackets are no part of it (RFC 3986, section 3.2.2). PHP's manual: `peer_name`, if not set, is guessed from the host
#   with which the stream was opened.
# Seen: a trusted certificate has DNS:localhost, IP:127.0.0.1 and IP:::1. https://localhost/ and https://127.0.0.1/ are read, https://[::1]/ is
#   not: "Failed to enable crypto", and nothing about names. With `peer_name` set to "::1" the same URL is read.
# Why it matters: the guess cannot be right for any IPv6 address, and the message does not tell that it is about the name. What is found then is
#   `verify_peer_name` set to false.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php8.2-cli=8.2.36-1~deb12u1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x php8.2-cli_*.deb .
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1 -keyout key.pem -out cert.pem 2>openssl.log

cat > get.php <<'PHP'
<?php
$options = ["cafile" => "cert.pem"];
if (isset($argv[2])) {
    $options["peer_name"] = $argv[2];
}
echo file_get_contents($argv[1], false, stream_context_create(["ssl" => $options, "http" => ["timeout" => 10]]));
PHP
cat > find.py <<'PY'
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
port = listener.getsockname()[1]


def serve():
    while True:
        sock, _ = listener.accept()
        sock.settimeout(5)
        try:
            with context.wrap_socket(sock, server_side=True) as tls:
                if tls.recv(65536):
                    tls.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nHello\n")
                    tls.unwrap()
        except OSError:
            sock.close()


def by_php(host, *peer_name):
    command = ["usr/bin/php8.2", "-n", "-d", "display_errors=stderr", "get.php", f"https://{host}:{port}/", *peer_name]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if result.stdout == "Hello\n":
        return "read"
    return "refused" if "Failed to enable crypto" in result.stderr else result.stderr


def by_python(host):
    client = ssl.create_default_context(cafile="cert.pem")
    return "read" if urllib.request.urlopen(f"https://{host}:{port}/", context=client).read() == b"Hello\n" else "refused"


threading.Thread(target=serve, daemon=True).start()
seen = {host: (by_php(host), by_python(host)) for host in ("localhost", "127.0.0.1", "[::1]")}
for host, results in seen.items():
    print("{}: PHP {}, Python {}".format(host, *results))
named = by_php("[::1]", "::1")
print(f"[::1] with peer_name ::1: PHP {named}")
good = "read", "read"
sys.exit((seen, named) != ({"localhost": good, "127.0.0.1": good, "[::1]": ("refused", "read")}, "read"))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
