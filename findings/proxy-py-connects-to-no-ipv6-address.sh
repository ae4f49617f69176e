#!/bin/bash
# proxy.py: CONNECT with an IPv6 address, written as it must be, is answered with 502.
#
# Versions: proxy.py 2.4.10 (PyPI), Python 3.11.
# Expected: RFC 9110, section 9.3.6: the target of CONNECT is a host and a port, the host as in RFC 3986, section 3.2.2, where an IPv6 address is in
#   brackets. proxy.py's documentation has it proxy HTTP and HTTPS, with CONNECT, and names no such limit.
# Seen: for "CONNECT [::1]:PORT" it looks the text "[::1]" up as a name, and answers 502 Bad Gateway. "GET http://[::1]:PORT/" is a 502 too. To the
#   same server by 127.0.0.1 it makes the tunnel.
# Why it matters: clients that do it right, such as aiohttp and urllib3, reach no server by its IPv6 address, for TLS or otherwise. The log says
#   "Name or service not known", and the name is an address.
set -eu
work=$(mktemp -d)
proxy=
trap '[ -z "$proxy" ] || kill "$proxy" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check proxy.py==2.4.10
port=$(python3 -c 'import socket; sock = socket.socket(); sock.bind(("127.0.0.1", 0)); print(sock.getsockname()[1])')
venv/bin/proxy --hostname 127.0.0.1 --port "$port" --num-workers 1 --num-acceptors 1 --data-dir "$work/data" >proxy.log 2>&1 &
proxy=$!

cat > find.py <<'PY'
import socket
import sys
import threading
import time


def serve(family, address):
    """The port of a server that answers whatever it is asked."""

    def run():
        while True:
            with listener.accept()[0] as sock:
                sock.recv(1000)
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    listener = socket.socket(family)
    listener.bind((address, 0))
    listener.listen()
    threading.Thread(target=run, daemon=True).start()
    return listener.getsockname()[1]


def ask(request):
    for _ in range(100):
        try:
            sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    with sock:
        sock.settimeout(10)
        sock.sendall(request.encode())
        answer = sock.recv(1000).split(b"\r\n")[0].decode()
    print(request.splitlines()[0], "->", answer)
    return answer.split()[1]


ports = {"127.0.0.1": serve(socket.AF_INET, "127.0.0.1"), "[::1]": serve(socket.AF_INET6, "::1")}
seen = []
for host, port in ports.items():
    seen.append(ask(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n"))
    seen.append(ask(f"GET http://{host}:{port}/ HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n"))
sys.exit(seen != ["200", "200", "502", "502"])
PY
venv/bin/python find.py "$port" || { echo "CHANGED: see above"; exit 1; }
