#!/bin/bash
# resp-server: of several commands that come together it answers the first, and it closes the connection at a command of more than 4096
# octets, at one in two segments, and at a value that is not UTF-8.
#
# Versions: resp-server 0.2.3 (PyPI), Python 3.11.
# Expected: its documentation: "RESP Compatible: Works with any Redis client library". Redis serialization protocol specification: a
#   client may send several commands at once without waiting for the answers (pipelining); "A bulk string represents a single binary
#   string", of up to 512 MB. TCP is a stream: where a read ends says nothing.
# Seen: for PING and ECHO in one segment there is one answer, +PONG, and ECHO is never answered. SET with a value of 5000 octets, GET in
#   two segments, and SET with the octet 0xff are followed by the end of the connection, without an answer or an error.
# Why it matters: it is meant for the tests of applications. Pipelines of redis-py and others, caches of pictures or compressed pages, and
#   texts of more than a page fail with it, or wait until their time is over, while the application is right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check resp-server==0.2.3

cat > find.py <<'PY'
import contextlib
import io
import socket
import sys
import threading
import time

from resp_server.core.server import Server


def command(*words):
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


def answers(port, *segments):
    """What comes back, and whether the server has closed."""
    data = b""
    with socket.create_connection(("127.0.0.1", port), 5) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for segment in segments:
            with contextlib.suppress(OSError):
                sock.sendall(segment)
            time.sleep(0.3)
        sock.settimeout(1)
        try:
            while part := sock.recv(1000):
                data += part
        except TimeoutError:
            return data, "open"
        except ConnectionResetError:
            pass
        return data, "closed"


server = Server(0, "127.0.0.1")
log = io.StringIO()
seen = {}
with contextlib.redirect_stdout(log):
    threading.Thread(target=server.start, daemon=True).start()
    while not server.running:
        time.sleep(0.05)
    port = server.server_socket.getsockname()[1]
    seen["PING"] = answers(port, command(b"PING"))
    seen["PING and ECHO in one segment"] = answers(port, command(b"PING") + command(b"ECHO", b"hello"))
    seen["SET of 5000 octets"] = answers(port, command(b"SET", b"a", b"x" * 5000))
    seen["GET in two segments"] = answers(port, b"*2\r\n$3\r\nGET\r\n", b"$1\r\na\r\n")
    seen["SET of 0xff"] = answers(port, command(b"SET", b"a", b"\xff"))
    server.stop()
for name, result in seen.items():
    print(f"{name}: {result}")
right = [(b"+PONG\r\n", "open"), (b"+PONG\r\n", "open"), (b"", "closed"), (b"", "closed"), (b"", "closed")]
sys.exit(list(seen.values()) != right)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
