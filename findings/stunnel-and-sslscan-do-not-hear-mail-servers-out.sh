#!/bin/bash
# stunnel says that an IMAP server does not support TLS if it says something else first, and sslscan that of SMTP, FTP and IMAP servers that speak slowly.
#
# Versions: stunnel 5.68 and sslscan 2.0.7 (Debian 12: stunnel4 3:5.68-2+deb12u1, sslscan 2.0.7-1+b1), gnutls-cli 3.7.9 of Debian 12 for
#   comparison, Python 3.11 as server. Wants `apt-get update` beforehand.
# Expected: RFC 9051, sections 2.2.2 and 7.1.1: a client must be prepared to accept any response at all times, and "* OK [ALERT]" is one that a server may
#   send in every state; the answer to STARTTLS is the line with its tag. RFC 5321, section 4.2.1, and RFC 959, section 4.2: a reply may have
#   several lines, and the last one has a blank behind the code. TCP is a stream, and a segment is no line and no answer.
# Seen: behind stunnel's STARTTLS comes "* OK [ALERT] Maintenance at noon", and then "stunnel OK": stunnel logs "Server does not support TLS" and
#   closes, whether both come in one segment or in two. sslscan takes what one read gives for the answer: with a greeting of two lines, or an answer to EHLO
#   of three, a tenth of a second between them, it ends in "did not respond with status 250" or "did not appear to support STARTTLS"; from FTP,
#   and behind the alert of IMAP, it reports TLS 1.2 and TLS 1.3 as disabled. gnutls-cli does the handshake with all of them.
# Why it matters: a tunnel that worked fails on the day of the announcement, and a report about servers says of the good ones that they have no TLS.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download stunnel4=3:5.68-2+deb12u1 libwrap0=7.6.q-32 sslscan=2.0.7-1+b1 gnutls-bin=3.7.9-2+deb12u7 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import contextlib
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import threading
import time

ENVIRONMENT = {**os.environ, "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu:lib/x86_64-linux-gnu"}
SSLSCAN = "--no-colour --no-ciphersuites --no-groups --no-heartbleed --no-renegotiation --no-compression --no-fallback"
STUNNEL = "foreground = yes\npid =\nclient = yes\n[imap]\naccept = 127.0.0.1:PORT\nconnect = 127.0.0.1:SERVER\nprotocol = imap\n"
ALERT = b"* OK [ALERT] Maintenance at noon\r\n"
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")

# What the server says at first, and to which commands; each answer as a list of segments.
SMTP = {"": [b"220 ready\r\n"], "EHLO": [b"250-localhost\r\n250-SIZE 1000\r\n250 STARTTLS\r\n"], "STARTTLS": [b"220 go on\r\n"]}
FTP = {"": [b"220 ready\r\n"], "FEAT": [b"211-Features\r\n AUTH TLS\r\n211 End\r\n"], "AUTH": [b"234 go on\r\n"]}
IMAP = {"": [b"* OK ready\r\n"], "CAPABILITY": [b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK\r\n"], "STARTTLS": [b"%s OK go on\r\n"]}
CASES = {
    "smtp, at once": SMTP,
    "smtp, greeting of two lines": {**SMTP, "": [b"220-Welcome\r\n", b"220 ready\r\n"]},
    "smtp, lines of EHLO one by one": {**SMTP, "EHLO": [b"250-localhost\r\n", b"250-SIZE 1000\r\n", b"250 STARTTLS\r\n"]},
    "ftp, at once": FTP,
    "ftp, greeting of two lines": {**FTP, "": [b"220-Welcome\r\n", b"220 ready\r\n"]},
    "imap, at once": IMAP,
    "imap, an alert in the same segment": {**IMAP, "STARTTLS": [ALERT + b"%s OK go on\r\n"]},
    "imap, an alert before": {**IMAP, "STARTTLS": [ALERT, b"%s OK go on\r\n"]},
}
handshakes = []


def converse(sock, answers):
    def say(segments, tag=b""):
        for segment in segments:
            time.sleep(0.1)
            sock.sendall(segment.replace(b"%s", tag))

    with sock, contextlib.suppress(OSError):
        sock.settimeout(10)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        say(answers[""])
        words = [b""]
        while not words[-1].startswith((b"STARTTLS", b"TLS")):
            line = b""
            while not line.endswith(b"\n"):
                if not (octet := sock.recv(1)):
                    return
                line += octet
            words = line.upper().split()
            command = next((word for word in answers if word and word.encode() in words), None)
            say(answers[command] if command else [b"502 unknown\r\n"], line.split()[0])
        with context.wrap_socket(sock, server_side=True) as tls:
            handshakes.append(tls.version())


def serve(listener, answers):
    with contextlib.suppress(OSError):
        while True:
            threading.Thread(target=converse, args=(listener.accept()[0], answers), daemon=True).start()


def by_gnutls_cli(protocol, port):
    command = ["usr/bin/gnutls-cli", "--x509cafile=cert.pem", f"--starttls-proto={protocol}", f"--port={port}", "localhost"]
    subprocess.run(command, env=ENVIRONMENT, input=b"", capture_output=True, timeout=60)
    time.sleep(0.5)  # for the server to see the end of it
    return "handshake" if handshakes else "no handshake"


def by_sslscan(protocol, port):
    command = ["usr/bin/sslscan", *SSLSCAN.split(), f"--starttls-{protocol}", f"localhost:{port}"]
    result = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    output = result.stdout + result.stderr
    for error in ("did not respond with status 250", "did not appear to support STARTTLS"):
        if error in output:
            return error
    return " and ".join(re.findall(r"^TLSv1\.[23] +(\w+)", output, re.M))


def by_stunnel(port):
    with socket.create_server(("127.0.0.1", 0)) as free:
        own = free.getsockname()[1]
    pathlib.Path("stunnel.conf").write_text(STUNNEL.replace("PORT", str(own)).replace("SERVER", str(port)))
    with open("stunnel.log", "wb") as log:
        stunnel = subprocess.Popen(["usr/bin/stunnel4", "stunnel.conf"], env=ENVIRONMENT, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", own), timeout=10) as sock:
                sock.recv(100)  # the greeting, or the end
                break
            time.sleep(0.05)
        time.sleep(1.5)
    finally:
        stunnel.terminate()
        stunnel.wait()
    if "Server does not support TLS" in pathlib.Path("stunnel.log").read_text():
        return "Server does not support TLS"
    return "handshake" if handshakes else "no handshake"


seen = {}
for case, answers in CASES.items():
    protocol = case.partition(",")[0]
    with socket.create_server(("localhost", 0)) as listener:
        threading.Thread(target=serve, args=(listener, answers), daemon=True).start()
        port = listener.getsockname()[1]
        results = [by_gnutls_cli(protocol, port), by_sslscan(protocol, port)]
        handshakes.clear()
        results.append(by_stunnel(port) if protocol == "imap" else "-")
        handshakes.clear()
    seen[case] = tuple(results)
    print("{}: gnutls-cli {}; sslscan {}; stunnel {}".format(case, *results))
enabled, disabled, unsupported = "enabled and enabled", "disabled and disabled", "Server does not support TLS"
expected = [
    (enabled, "-"),
    ("did not respond with status 250", "-"),
    ("did not appear to support STARTTLS", "-"),
    (enabled, "-"),
    (disabled, "-"),
    (enabled, "handshake"),
    (enabled, unsupported),
    (disabled, unsupported),
]
sys.exit([("handshake", *others) for others in expected] != list(seen.values()))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
