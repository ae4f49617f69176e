#!/bin/bash
# pynntp: each line of an article that starts with a dot comes twice, once with the dot that was put in front of it for the journey.
#
# Versions: pynntp 2.0.1 (PyPI), Python 3.11; a server of the script's, over TLS.
# Expected: RFC 3977, section 3.1.1: the server puts a dot in front of lines that start with one, and the client takes it away: "..signature" in the stream
#   is the line ".signature".
# Seen: the shortened line is yielded, and after it the line as it came: body() of "Hello", ".signature", "Bye" is "Hello", ".signature", "..signature",
#   "Bye". A line with nothing but a dot, sent as "..", becomes "." and "..". The same with article(), and with lists, such as descriptions of groups.
# Why it matters: texts with dots (patches, code, lists) are damaged, and yEnc parts, whose lines may start with a dot, fail their checksums, about one
#   line in 256. Python's own nntplib, as long as there is one, does it right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pynntp==2.0.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import os
import socket
import ssl
import sys
import threading

import nntp

os.environ["SSL_CERT_FILE"] = "cert.pem"
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
LINES = ["Hello", ".signature", ".", "Bye"]
BODY = b"".join((("." if line.startswith(".") else "") + line + "\r\n").encode() for line in LINES) + b".\r\n"


def serve():
    connection = listener.accept()[0]
    connection.settimeout(20)
    with context.wrap_socket(connection, server_side=True) as stream, stream.makefile("rwb") as file:
        file.write(b"200 ready\r\n")
        file.flush()
        for line in file:
            command = line.split()[0].upper()
            if command == b"BODY":
                file.write(b"222 1 <1@example.org>\r\n" + BODY)
            elif command == b"ARTICLE":
                file.write(b"220 1 <1@example.org>\r\nSubject: x\r\n\r\n" + BODY)
            else:
                file.write(b"205 bye\r\n" if command == b"QUIT" else b"200 ready\r\n")
            file.flush()
            if command == b"QUIT":
                break


with socket.create_server(("127.0.0.1", 0)) as listener:
    thread = threading.Thread(target=serve)
    thread.start()
    client = nntp.NNTPClient("localhost", listener.getsockname()[1], use_ssl=True, timeout=20)
    body = client.body(1)
    article = client.article(1)[2]
    client.quit()
    thread.join()
print(f"lines of the article: {LINES}; body(): {body}; article(): {article}")
expected = b"Hello\r\n.signature\r\n..signature\r\n.\r\n..\r\nBye\r\n"
sys.exit(body != expected or article != expected)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
