#!/bin/bash
# managesieve: scripts with a quotation mark or a backslash in their name are listed, but cannot be read, and a text with parentheses is taken
#   for a part of the response code.
#
# Versions: managesieve 0.8.1, sievelib 1.6.0 to compare with (PyPI), Python 3.11; a server of the script's, over TLS.
# Expected: RFC 5804, section 1.6: names are any text without control characters; section 1.2 and 4: in a quoted string, a quotation mark and
#   a backslash have a backslash before them (QUOTED-SPECIALS). Section 1.3: a response code ends with its parenthesis, a human readable
#   string follows.
# Seen: listscripts() returns [('plain', True), ('say "hi"', False)], with the backslashes taken out. getscript() of the second sends the line
#   GETSCRIPT "say "hi"", which is no command of the protocol, and so do putscript(), setactive() and deletescript(). For NO (QUOTA) "Too big
#   (at most 5)" the response_code is 'QUOTA) "Too big (at most 5', and the response_text is None. sievelib sends GETSCRIPT "say \"hi\"".
# Why it matters: such a script cannot be read, activated or deleted by this library, and who looks for the code QUOTA finds another one.
#   Escape names before passing them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check managesieve==0.8.1 sievelib==1.6.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import socket
import ssl
import sys
import threading

import managesieve
from sievelib import managesieve as sievelib

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
CAPABILITIES = b'"IMPLEMENTATION" "finding"\r\n"SASL" "PLAIN"\r\n"SIEVE" "fileinto"\r\n"VERSION" "1.0"\r\n'
SCRIPT = b"keep;\r\n"
lines = []


def serve(connection):
    """Answers what the two clients of this script send."""
    connection.settimeout(20)
    connection.sendall(CAPABILITIES + b'"STARTTLS"\r\nOK\r\n')
    while not connection.recv(1024).startswith(b"STARTTLS"):
        connection.sendall(CAPABILITIES + b'"STARTTLS"\r\nOK\r\n')
    connection.sendall(b"OK\r\n")
    with context.wrap_socket(connection, server_side=True) as connection:
        connection.sendall(CAPABILITIES + b"OK\r\n")
        with connection.makefile("rb") as reader:
            for line in reader:
                command = line.split()[0].upper()
                if command == b"AUTHENTICATE" and line.rstrip().endswith(b"+}"):
                    reader.readline()
                if command == b"LISTSCRIPTS":
                    connection.sendall(b'"plain" ACTIVE\r\n"say \\"hi\\""\r\nOK\r\n')
                elif command == b"GETSCRIPT":
                    lines.append(line.decode().rstrip())
                    connection.sendall(b"{%d}\r\n%s\r\nOK\r\n" % (len(SCRIPT), SCRIPT))
                elif command == b"HAVESPACE":
                    connection.sendall(b'NO (QUOTA) "Too big (at most 5)"\r\n')
                elif command == b"CAPABILITY":
                    connection.sendall(CAPABILITIES + b"OK\r\n")
                else:
                    connection.sendall(b"OK\r\n")
                if command == b"LOGOUT":
                    break


def accept(listener):
    while True:
        threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
threading.Thread(target=accept, args=(listener,), daemon=True).start()
client = managesieve.MANAGESIEVE("localhost", port, use_tls=True, timeout=10)
client.login("", "jo", "secret")
_, scripts = client.listscripts()
client.getscript(scripts[1][0])
client.havespace("plain", 10)
seen = client.response_code, client.response_text
client.logout()
other = sievelib.Client("localhost", port)
other.connect("jo", "secret", starttls=True)
other.getscript('say "hi"')
print(f"listed: {scripts}")
print(f"sent by managesieve: {lines[0]}")
print(f"sent by sievelib: {lines[1]}")
print(f"code and text: {seen}")
same = scripts == [("plain", True), ('say "hi"', False)] and lines[0] == 'GETSCRIPT "say "hi""'
same = same and lines[1] == 'GETSCRIPT "say \\"hi\\""'
sys.exit(not same or seen != ('QUOTA) "Too big (at most 5', None))
PY
SSL_CERT_FILE=cert.pem timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
