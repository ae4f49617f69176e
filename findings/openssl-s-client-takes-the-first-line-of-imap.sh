#!/bin/bash
# OpenSSL: `s_client -starttls imap` takes the first line behind STARTTLS for the answer, whatever it says.
#
# Versions: OpenSSL 3.0 (3.0.22 of Debian 12), Python 3.11 as server, its imaplib as the other client.
# Expected: RFC 9051, section 2.2.2 (and RFC 3501): a client must be prepared to accept any response at all times; one that begins with * belongs to no
#   command, and the one with the command's tag ends it. The greeting and the capabilities s_client reads line by line.
# Seen: a server that has something to say in between, "* 1 EXISTS", and answers ". OK" behind it, in a segment of its own. s_client begins with
#   TLS at once, takes ". OK" for a TLS record, and ends in "wrong version number". Without the untagged line, or with both in one
#   segment, it shows the certificate. imaplib reads on.
# Why it matters: it is what one asks whether a server's STARTTLS works, and when its certificate expires. "Wrong version number" is said of
#   servers that do speak TLS, when a mail comes in.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
openssl version
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import contextlib
import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
CASES = {
    "the answer alone": [b"%s OK go on\r\n"],
    "behind an untagged response, in one segment": [b"* 1 EXISTS\r\n%s OK go on\r\n"],
    "behind an untagged response, in two": [b"* 1 EXISTS\r\n", b"%s OK go on\r\n"],
}


def serve(listener, answer):
    capabilities = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK done\r\n"
    sock, _ = listener.accept()
    with sock, contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(b"* OK ready\r\n")
        while b"STARTTLS" not in (line := sock.recv(1000)).upper():
            if not line:
                return
            sock.sendall(capabilities.replace(b"%s", line.split()[0]))
        for segment in answer:
            # Time for the client to read the one before as a segment of its own.
            time.sleep(0.5)
            sock.sendall(segment.replace(b"%s", line.split()[0]))
        with context.wrap_socket(sock, server_side=True) as tls:
            # imaplib asks for the capabilities once more.
            if line := tls.recv(1000):
                tls.sendall(capabilities.replace(b"%s", line.split()[0]))


@contextlib.contextmanager
def server(answer):
    with socket.create_server(("localhost", 0)) as listener:
        threading.Thread(target=serve, args=(listener, answer), daemon=True).start()
        yield listener.getsockname()[1]


def by_imaplib(answer):
    with server(answer) as port:
        session = imaplib.IMAP4("localhost", port, timeout=20)
        session.starttls(ssl.create_default_context(cafile="cert.pem"))
        return session.sock.getpeercert()["subject"][0][0][1]


def by_openssl(answer):
    with server(answer) as port:
        command = ["openssl", "s_client", "-connect", f"localhost:{port}", "-starttls", "imap"]
        result = subprocess.run(command, input="", capture_output=True, text=True, timeout=60)
    text = result.stdout + result.stderr
    return next((word for word in ("wrong version number", "subject=CN = localhost") if word in text), text)


seen = {}
for case, answer in CASES.items():
    seen[case] = by_imaplib(answer), by_openssl(answer)
    print("{}: imaplib {}; s_client {}".format(case, *seen[case]))
good = "localhost", "subject=CN = localhost"
sys.exit(list(seen.values()) != [good, good, ("localhost", "wrong version number")])
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
