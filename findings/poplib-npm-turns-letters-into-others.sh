#!/bin/bash
# poplib (npm): letters outside ASCII become others, and a login with AUTH PLAIN has one "=" too many.
#
# Versions: poplib 0.1.7 (npm), Node.js; a server of the script's over TLS, Python 3.11.
# Expected: RFC 1939 sends messages as they are; they may have octets above 127 (RFC 6152, 8BITMIME), and so may the server's texts (RFC 6856). RFC 5034,
#   section 4: the initial response is BASE64 of RFC 4648, whose section 4 has padding up to a multiple of 4 characters.
# Seen: all that comes is decoded as "ascii", which in Node.js clears the highest bit: "Grüße" in UTF-8 arrives as "GrC<C\x1fe", and nothing gives the
#   bytes. auth("PLAIN", ...) appends "=" to what toString("base64") has padded already: 17 characters, or 21, never a multiple of 4. Python's decoder,
#   strict, takes it for one password in three, and refuses the others ("Excess data after padding").
# Why it matters: mails in 8 bits are damaged for good, where dele() follows retr(). A refused login looks like a wrong password. Take login() with USER
#   and PASS over TLS, and another client for such mails.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts poplib@0.1.7 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > client.js <<'JS'
const POP3Client = require("poplib");

const client = new POP3Client(Number(process.argv[2]), "127.0.0.1", { tlserrs: false, ignoretlserrs: true, enabletls: true });
client.on("error", (error) => console.log(JSON.stringify(error.message)));
client.on("connect", () => client.auth("PLAIN", "me", process.argv[3]));
client.on("auth", () => client.retr(1));
client.on("retr", (status, number, data) => {
  console.log(JSON.stringify(data));
  client.end();
});
JS
cat > find.py <<'PY'
import base64
import json
import socket
import ssl
import subprocess
import sys

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(20)


def talk(password):
    arguments = ["node", "client.js", str(listener.getsockname()[1]), password]
    client = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        connection = listener.accept()[0]
        connection.settimeout(20)
        response = None
        with context.wrap_socket(connection, server_side=True) as stream, stream.makefile("rwb") as file:

            def answer(data):
                file.write(data)
                file.flush()

            answer(b"+OK ready\r\n")
            for line in file:
                if line.startswith(b"AUTH PLAIN "):
                    response = line.split()[2].decode()
                    answer(b"+OK\r\n")
                elif line.startswith(b"RETR"):
                    answer("+OK\r\nSubject: x\r\n\r\nGrüße\r\n.\r\n".encode())
                    break
        text = json.loads(client.communicate(timeout=20)[0])
    finally:
        client.kill()
        client.wait()
    try:
        base64.b64decode(response, validate=True)
        error = None
    except ValueError as failure:
        error = str(failure)
    return text.rpartition("\r\n")[2], response, error


seen = [talk(password) for password in ("secret", "secret1", "secret12")]
for text, response, error in seen:
    print(f"Grüße arrives as {text!r}; AUTH PLAIN {response} has {len(response)} characters: {error or 'taken'}")
same = [error for _, _, error in seen] == [None, "Excess data after padding", "Excess data after padding"]
sys.exit(not same or not all(text == "GrC<C\x1fe" and len(response) % 4 == 1 for text, response, error in seen))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
