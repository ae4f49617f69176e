#!/bin/bash
# asyncgelf (GELF): each text arrives in quotes with \u00e4 for "ä", of large messages the last are lost, and an HTTP body is falsely said to be packed.
#
# Versions: asyncgelf 1.2.0, httpx 0.28.1 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate; servers of the script's.
# Expected: GELF 1.1: short_message is "a short, descriptive message", and "GELF TCP does not support compression due to the use of the null byte (\0) as
#   frame delimiter". RFC 9110, section 8.4: Content-Encoding names what has been applied to the content. The package's README: "await
#   handler.tcp_handler(message)" in what asyncio.run() runs, and compress: "Compress message before sending it to the server or not".
# Seen: of the message "Grüße" short_message is "\"Gr\\u00fc\\u00dfe\"", JSON within JSON, since the text is encoded twice. Of sixteen messages of 1 MB,
#   over TLS and sent as in the README, some never arrive: the handler returns None, its sign of success, with the octets still in memory. With
#   compress=True the HTTP handler sends "Content-Encoding: gzip,deflate" and the JSON as it is. The TCP handler does compress: 200 messages are more
#   than 200 frames, as there are NUL octets in them, and few or none can be unpacked.
# Why it matters: searches for a text with an umlaut find nothing. What is logged at the end of a program is lost if it is large, and a server that
#   unpacks what is said to be packed refuses everything.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check asyncgelf==1.2.0 httpx==0.28.1 2>pip.log || { cat pip.log; exit 2; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import http.server
import json
import socket
import ssl
import sys
import threading
import time
import warnings
import zlib

import asyncgelf

warnings.simplefilter("ignore")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")


def over_tls(messages, **options):
    """What the handler returns, and what the server gets, which begins to read after a second."""
    received = bytearray()

    def serve():
        with context.wrap_socket(listener.accept()[0], server_side=True) as sock:
            time.sleep(1)
            sock.settimeout(3)
            try:
                while piece := sock.recv(65536):
                    received.extend(piece)
            except OSError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()

        async def main():
            handler = asyncgelf.GelfTcp(host="localhost", port=listener.getsockname()[1], tls="cert.pem", **options)
            return await handler.tcp_handler(messages)

        returned = asyncio.run(main())
        thread.join()
    return returned, bytes(received)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        posted.append((self.headers["Content-Encoding"], json.loads(body)["version"]))
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_):
        pass


posted = []
returned, received = over_tls(["Gr\xfc\xdfe"])
text = json.loads(received.rstrip(b"\0"))["short_message"]
print(f"a text: {text}")
returned, received = over_tls(["x" * 1_000_000] * 16)
print(f"sixteen messages over TLS: returned {returned}, {received.count(bytes(1))} whole ones arrived")
few = returned is None and received.count(b"\0") < 16
packed = over_tls([f"message {number}" for number in range(200)], compress=True)[1]
frames = packed.split(b"\0")[:-1]


def unpack(frame):
    try:
        return bool(zlib.decompress(frame))
    except zlib.error:
        return False


good = sum(map(unpack, frames))
print(f"200 messages, compressed, over TLS: {len(frames)} frames, of which {good} can be unpacked")
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
asyncio.run(asyncgelf.GelfHttp(host="127.0.0.1", port=server.server_port, compress=True).http_handler("hello"))
print(f"by HTTP, compressed: Content-Encoding {posted[0][0]}, and the body is JSON")
sys.exit(not (text == r'"Gr\u00fc\u00dfe"' and few and len(frames) > 200 and good < 100 and posted == [("gzip,deflate", 1.1)]))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
