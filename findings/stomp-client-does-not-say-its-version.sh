#!/bin/bash
# stomp-client: asked for STOMP 1.1 it speaks 1.0, refuses servers of 1.1 that name no session, and breaks letters that two TLS records share.
#
# Versions: stomp-client 0.9.0 (npm), Node.js, Python 3.11 as server.
# Expected: STOMP 1.1: a client MUST send "accept-version", and without it the server speaks 1.0 ("CONNECT or STOMP Frame"); CONNECTED MUST have
#   "version" and MAY have "session"; \c in a header is a colon. Bodies are in UTF-8 unless said otherwise; records of TLS have no meaning of their
#   own. Its documentation: protocolVersion "1.1", and vhost for it.
# Seen: CONNECT has login, passcode and host, and no "accept-version", with either version. CONNECTED with "version:1.1" and no session raises "Header
#   "session" is required for CONNECTED", and the connection is destroyed. With a session, "x:a\cb" of a message keeps its backslash, and "größer", of
#   which the first record ends inside a letter, arrives with two U+FFFD instead of it; in one record it is right.
# Why it matters: brokers that have dropped 1.0, or name no session, cannot be used, with an error about something optional. Where records end depends
#   on the size of messages, so texts are damaged now and then.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts stomp-client@0.9.0 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > receive.js <<'JS'
const fs = require("fs");
const Stomp = require("stomp-client");

const client = new Stomp({
    host: "localhost",
    port: +process.argv[2],
    user: "user",
    pass: "password",
    protocolVersion: "1.1",
    vhost: "localhost",
    tls: { ca: fs.readFileSync("cert.pem"), servername: "localhost" },
});
const end = (result) => {
    console.log(JSON.stringify(result));
    process.exit();
};
client.connect(
    () => client.subscribe("/queue/a", (body, headers) => end([body, headers.x])),
    (error) => end(error.message),
);
JS
cat > find.py <<'PY'
import json
import socket
import ssl
import subprocess
import sys
import threading
import time

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
TEXT = "größer".encode()
MESSAGE = b"MESSAGE\ndestination:/queue/a\nmessage-id:1\nsubscription:0\nx:a\\cb\n\n%s\0" % TEXT
cut = MESSAGE.index("ö".encode()) + 1
connects = []


def read_frame(tls):
    data = b""
    while not data.endswith(b"\0"):
        data += tls.recv(1)
    return data


def serve(listener, connected, records):
    sock, _ = listener.accept()
    with sock, context.wrap_socket(sock, server_side=True) as tls:
        tls.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connects.append(read_frame(tls))
        tls.sendall(connected)
        try:
            read_frame(tls)
            for record in records:
                tls.sendall(record)
                time.sleep(0.3)
            tls.recv(1)
        except OSError:
            pass


def ask(what, connected, records):
    with socket.create_server(("localhost", 0)) as listener:
        threading.Thread(target=serve, args=(listener, connected, records), daemon=True).start()
        command = ["node", "--no-deprecation", "receive.js", str(listener.getsockname()[1])]
        result = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=30).stdout)
    print(f"{what}: {result}")
    return result


session = b"CONNECTED\nversion:1.1\nsession:1\n\n\0"
seen = [
    ask("without session", b"CONNECTED\nversion:1.1\n\n\0", []),
    ask("one record", session, [MESSAGE]),
    ask("two records", session, [MESSAGE[:cut], MESSAGE[cut:]]),
]
print("it sends", connects[0])
expected = [
    'Header "session" is required for CONNECTED',
    ["größer", "a\\cb"],
    ["gr\ufffd\ufffdßer", "a\\cb"],
]
sys.exit(seen != expected or set(connects) != {b"CONNECT\nlogin:user\npasscode:password\nhost:localhost\n\n\0"})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
