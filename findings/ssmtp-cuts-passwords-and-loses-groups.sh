#!/bin/bash
# sSMTP: of the password p=1 the server gets "p" and of p#1 nothing, and a mail to a group, or to "user@example.com (Example, Inc.)", has wrong recipients.
#
# Versions: sSMTP 2.64 (Debian 12: ssmtp 2.64-11), Python 3.11 as the server. Wants `apt-get update` beforehand.
# Expected: ssmtp.conf(5): lines have the form keyword=value; those that begin with "#" are comments; AuthPass is "The password to use for SMTP AUTH." RFC
#   5322, section 3.4: "team: a@example.com, b@example.com;" is a group of two addresses, and section 3.2.2 has comments in parentheses.
# Seen: AuthPass=p=1 is sent as "p", and AuthPass=p#1, in quotation marks or not, as an empty password. With -t a group becomes one recipient, <team:
#   a@example.com>, and its second member none; an address with a comment that has a comma in it becomes two recipients, <user@example.com (Example> and
#   <Inc.)@example.com>, which are no addresses.
# Why it matters: generated passwords have such characters, and the mails of cron jobs are lost for what looks like a wrong password.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ssmtp=2.64-11 2>apt.log || { cat apt.log; exit 2; }
dpkg -x ssmtp_*.deb .
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import base64
import pathlib
import socket
import ssl
import subprocess
import sys
import threading

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener, said):
    try:
        with context.wrap_socket(listener.accept()[0], server_side=True) as tls, tls.makefile("rb") as lines:
            tls.settimeout(10)
            tls.sendall(b"220 Hello\r\n")
            while line := lines.readline():
                command = line[:4].upper()
                if command == b"EHLO":
                    tls.sendall(b"250-localhost\r\n250 AUTH LOGIN\r\n")
                elif command == b"AUTH":
                    tls.sendall(b"334 VXNlcm5hbWU6\r\n")
                    user = lines.readline()
                    tls.sendall(b"334 UGFzc3dvcmQ6\r\n")
                    said.append(b":".join(map(base64.b64decode, (user, lines.readline()))).decode())
                    tls.sendall(b"235 Welcome\r\n")
                elif command == b"DATA":
                    tls.sendall(b"354 Go on\r\n")
                    while lines.readline() != b".\r\n":
                        pass
                    tls.sendall(b"250 Thanks\r\n")
                else:
                    if command in (b"MAIL", b"RCPT"):
                        said.append(line.strip().decode())
                    tls.sendall(b"250 Fine\r\n")
    except OSError:
        pass


def send(to, login=""):
    said = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener, said), daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        settings = [f"mailhub=localhost:{port}", "hostname=example.com", "UseTLS=YES", "TLS_CA_FILE=cert.pem", "FromLineOverride=YES", login]
        pathlib.Path("ssmtp.conf").write_text("\n".join(settings))
        mail = f"From: sender@example.com\nTo: {to}\nSubject: test\n\ntext\n"
        subprocess.run(["usr/sbin/ssmtp", "-C", "ssmtp.conf", "-t"], input=mail, capture_output=True, text=True, timeout=30)
        socket.create_connection(("127.0.0.1", port)).close()  # if there was none
        thread.join(10)
    return said


PLAIN = ["MAIL FROM:<sender@example.com>", "RCPT TO:<user@example.com>"]
as_stated = True
for password, sent in (("p1", "p1"), ("p:1", "p:1"), ("p=1", "p"), ("p#1", ""), ('"p#1"', "")):
    said = send("user@example.com", f"AuthUser=user\nAuthPass={password}\n")
    print(f"AuthPass={password}: {said[0]}")
    as_stated &= said == [f"user:{sent}", *PLAIN]
for to, recipients in (
    ("user@example.com", PLAIN),
    ('"Example, Inc." <user@example.com>', PLAIN),
    ("team: a@example.com, b@example.com;", [PLAIN[0], "RCPT TO:<team: a@example.com>"]),
    ("user@example.com (Example, Inc.)", [PLAIN[0], "RCPT TO:<user@example.com (Example>", "RCPT TO:<Inc.)@example.com>"]),
):
    said = send(to)
    print(f"To: {to}: {said}")
    as_stated &= said == recipients
sys.exit(not as_stated)
PY
timeout 150 python3 find.py || { echo "CHANGED: see above"; exit 1; }
