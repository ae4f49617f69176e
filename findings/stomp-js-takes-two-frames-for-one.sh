#!/bin/bash
# stomp (npm, stomp-js): how frames are told apart depends on what else is in the same read; a blank line tears a body apart, and letters break between records.
#
# Versions: stomp 0.1.1 (npm), Node.js; a broker of the script's over TLS, Python 3.11.
# Expected: STOMP 1.0 to 1.2: a frame ends with a NUL octet, which any number of line ends may follow, or none. The body is what is between the blank line
#   and the NUL, or has content-length octets. The stream says nothing by how it is cut.
# Seen: if a read has a NUL and a line feed somewhere, only that ends frames: of the frames A, NUL, B, NUL, LF in one record one message arrives, whose
#   body has B's frame in it. With a line feed after both, or after none, there are two. body is a list, torn at blank lines: ["first", "second"]. "Grüße"
#   cut within the ü arrives with two U+FFFD.
# Why it matters: brokers differ in the line ends, and how many frames are in a read differs with load, so that messages vanish in production only. Join
#   body with "\n\n", and take a client that counts octets.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts stomp@0.1.1 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > client.js <<'JS'
const fs = require("fs");
const { Stomp } = require("stomp");

const client = new Stomp({ host: "localhost", port: Number(process.argv[2]), ssl: true, ssl_validate: true, ssl_options: { ca: fs.readFileSync("cert.pem") } });
client.on("connected", () => client.subscribe({ destination: "/queue/a", ack: "auto" }, (body) => console.log(JSON.stringify(body))));
client.on("disconnected", () => process.exit());
client.connect();
JS
cat > find.py <<'PY'
import json
import socket
import ssl
import subprocess
import sys
import time

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def message(number, body):
    return b"MESSAGE\ndestination:/queue/a\nmessage-id:%d\n\n%s\0" % (number, body)


def talk(*records):
    """What the client's program prints after the records."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        client = subprocess.Popen(
            ["node", "client.js", str(listener.getsockname()[1])], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            connection = listener.accept()[0]
            connection.settimeout(20)
            with context.wrap_socket(connection, server_side=True) as stream:
                stream.recv(1000)
                stream.sendall(b"CONNECTED\nsession:1\n\n\0\n")
                stream.recv(1000)
                for record in records:
                    stream.sendall(record)
                    time.sleep(0.3)
            return [json.loads(line) for line in client.communicate(timeout=20)[0].splitlines()]
        finally:
            client.kill()
            client.wait()


umlaut = message(1, "Grüße".encode()) + b"\n"
cut = umlaut.index("ü".encode()) + 1
seen = {
    "two frames": talk(message(1, b"one") + b"\n" + message(2, b"two") + b"\n"),
    "without both": talk(message(1, b"one") + message(2, b"two")),
    "without the first line feed": talk(message(1, b"one") + message(2, b"two") + b"\n"),
    "a blank line in the body": talk(message(1, b"first\n\nsecond") + b"\n"),
    "cut within a letter": talk(umlaut[:cut], umlaut[cut:]),
}
for name, lines in seen.items():
    print(f"{name}: {lines}")
expected = {
    "two frames": [["one"], ["two"]],
    "without both": [["one"], ["two"]],
    "without the first line feed": [["one\0MESSAGE\ndestination:/queue/a\nmessage-id:2", "two"]],
    "a blank line in the body": [["first", "second"]],
    "cut within a letter": [["Gr\ufffd\ufffdße"]],
}
sys.exit(seen != expected)
PY
timeout 110 python3 find.py || { echo "CHANGED: see above"; exit 1; }
