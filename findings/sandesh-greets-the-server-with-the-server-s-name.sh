#!/bin/bash
# sandesh.py, an SMTP client: it introduces itself with the server's name, takes a list of features that comes in two segments for one without TLS,
# and loses dots, umlauts and refused recipients.
#
# Versions: sandesh.py 0.0.2 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: RFC 5321, section 4.1.1.1: the argument of EHLO is the client's name. Section 4.2.1: an answer may have any number of lines. RFC 3207,
#   section 4.2: after STARTTLS the client starts over with EHLO. Section 3.3: "spaces are not permitted on either side of the colon following
#   FROM". Section 4.5.2: a dot at the beginning of a line is doubled. RFC 2045, section 5.2: a text without a charset is US-ASCII.
# Seen: "EHLO localhost" to localhost, once, and none after STARTTLS. If the lines of the answer come in two segments, connect() raises "Server
#   doesn't support TLS connection". "MAIL FROM: <jo@example.org>" is sent with a space. ".bashrc" in a text arrives as "bashrc" and UTF-8 without a
#   charset. A recipient refused with 550 is not told: DATA and the whole text follow, and the result is the answer to the last line.
# Why it matters: servers that check these things refuse the client, others deliver another text, and nobody learns which recipient got nothing.
#   Python's smtplib and email have all of it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check sandesh.py==0.0.2
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import socket
import ssl
import sys
import threading
import time

from sandesh_py.smtp import SMTPClient

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def session(refused=False, split=False):
    """What a server hears of one mail, and the client's result."""
    heard, text = [], []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        stream, _ = listener.accept()
        stream.sendall(b"220 mail.example.org ready\r\n")
        lines = stream.makefile("rb", buffering=0)
        secrets = 0
        while line := lines.readline():
            line = line.decode().rstrip("\r\n")
            heard.append(line)
            word = line.upper().split(" ")[0]
            if word == "EHLO":
                answer = b"250-mail.example.org\r\n", b"250-AUTH LOGIN\r\n250 STARTTLS\r\n"
                for part in answer if split else [b"".join(answer)]:
                    stream.sendall(part)
                    time.sleep(0.3)
            elif word == "STARTTLS":
                stream.sendall(b"220 go on\r\n")
                stream = context.wrap_socket(stream, server_side=True)
                lines = stream.makefile("rb", buffering=0)
            elif word == "AUTH" or secrets == 1:
                secrets += 1
                stream.sendall(b"334 VXNlcm5hbWU6\r\n")
            elif secrets == 2:
                secrets = 3
                stream.sendall(b"235 welcome\r\n")
            elif word == "RCPT" and refused:
                stream.sendall(b"550 No such user\r\n")
            elif word == "DATA":
                stream.sendall(b"503 No recipients\r\n" if refused else b"354 go on\r\n")
                while not refused and (line := lines.readline()) != b".\r\n":
                    # As RFC 5321, section 4.5.2, has it for receivers.
                    text.append(line[1:] if line.startswith(b".") else line)
                if not refused:
                    stream.sendall(b"250 taken\r\n")
            else:
                stream.sendall(b"250 fine\r\n" if word == "MAIL" or word == "RCPT" else b"500 What?\r\n")

    threading.Thread(target=serve, daemon=True).start()
    client = SMTPClient("localhost", listener.getsockname()[1], {"username": "jo", "password": "secret"})
    try:
        client.connect()
        mail = {"mailFrom": "jo@example.org", "mailTo": "you@example.org", "subject": "Hello", "body": "gr\u00fc\u00dfe\r\n.bashrc\r\n"}
        result = client.sendMail(mail)
        time.sleep(0.5)
    except RuntimeError as error:
        result = " ".join(str(error).split())
    return heard, b"".join(text), result


heard, text, result = session()
refused = session(refused=True)
split = session(split=True)[2]
print(f"heard: {[line for line in heard if ':' in line or line[:4] in ('EHLO', 'STAR')]}; text: {text}; result {result}")
print(f"with a refused recipient: {len(refused[0])} lines heard, result {refused[2]}; with an answer in two segments: {split}")
same = [line for line in heard if line.startswith("EHLO")] == ["EHLO localhost"] and "MAIL FROM: <jo@example.org>" in heard
same = same and b"\r\nbashrc\r\n" in text and "gr\u00fc\u00dfe".encode() in text and b"charset" not in text and "250 taken" in result
sys.exit(not same or "DATA" not in refused[0] or "550" in refused[2] or not split.startswith("Server doesn't support TLS"))
PY
SSL_CERT_FILE=cert.pem timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
