#!/bin/bash
# fdm: if a new mail arrives in the mailbox while it fetches over IMAP it stops with "invalid response: * 3 EXISTS".
#
# Versions: fdm 1.9 (Debian 12: 1.9+git20181219-1+b2), Python 3.11 as the server. Wants `apt-get update` beforehand.
# Expected: RFC 3501, section 2.2.2: "A client MUST be prepared to accept any server response at all times. This includes server data that was not
#   requested." Section 7.3.1: EXISTS comes if the size of the mailbox changes, for example when a new message has arrived.
# Seen: a mailbox of two mails. If the server puts "* 3 EXISTS" in front of the second one's FETCH, fdm ends with "fetching error. aborted" and status 0. The
#   first mail has been delivered, but is not deleted on the server, so fdm delivers it again the next time. "* OK Still here", which servers send
#   to keep connections open, does the same. Without these lines both mails are delivered and deleted.
# Why it matters: a mailbox in which much arrives is fetched in part, what has been fetched comes once more, and the exit status says that all is well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get -qq download fdm=1.9+git20181219-1+b2 libtdb1=1.4.8-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log
mkdir home

cat > find.py <<'PY'
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import threading

MAIL = b"From: user@example.com\r\nSubject: mail %d\r\n\r\ntext\r\n"
CONFIGURATION = """
set unmatched-mail keep
set verify-certificates
set lock-file "HERE/home/lock"
account "test" imaps server "localhost" port PORT user "user" pass "secret"
action "box" mbox "HERE/home/box"
match all action "box"
"""
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
mails, deleted, unasked = {1, 2}, set(), b""


def serve_one(sock):
    with context.wrap_socket(sock, server_side=True) as tls, tls.makefile("rb") as lines:
        tls.sendall(b"* OK Hello\r\n")
        while line := lines.readline():
            while line.rstrip().endswith(b"}"):  # a literal
                tls.sendall(b"+ Go on\r\n")
                line = line[: line.rindex(b"{")] + lines.read(int(line[line.rindex(b"{") + 1 : -3])) + lines.readline()
            tag, command = line.strip().upper().split(b" ", 1)
            words, data = command.split(), b""
            if words[0] == b"CAPABILITY":
                data = b"* CAPABILITY IMAP4rev1\r\n"
            elif words[0] == b"SELECT":
                data = b"* FLAGS (\\Seen \\Deleted)\r\n* %d EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1] UIDs\r\n" % len(mails)
            elif words[:2] == [b"UID", b"SEARCH"]:
                data = b"* SEARCH %s\r\n" % b" ".join(b"%d" % mail for mail in sorted(mails))
            elif words[:2] == [b"UID", b"FETCH"]:
                mail = int(words[2])
                text = MAIL % mail
                data = (unasked if mail == 2 else b"") + b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (mail, mail, len(text), text)
            elif words[:2] == [b"UID", b"STORE"]:
                deleted.add(int(words[2]))
            elif words[0] == b"CLOSE":
                mails.difference_update(deleted)
            elif words[0] == b"LOGOUT":
                data = b"* BYE\r\n"
            tls.sendall(data + tag + b" OK Done\r\n")


def serve(listener):
    while True:
        sock, _ = listener.accept()
        try:
            serve_one(sock)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = listener.getsockname()[1]
pathlib.Path("fdm.conf").write_text(CONFIGURATION.replace("HERE", os.getcwd()).replace("PORT", str(port)))
os.chmod("fdm.conf", 0o600)
as_user = []
if os.getuid() == 0:  # as root it would need a user of its own
    shutil.chown("fdm.conf", "nobody")
    shutil.chown("home", "nobody")
    as_user = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
environment = {
    "PATH": os.environ["PATH"],
    "HOME": os.getcwd() + "/home",
    "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu",
    "SSL_CERT_FILE": os.getcwd() + "/cert.pem",
}


def fetch():
    result = subprocess.run(
        [*as_user, "usr/bin/fdm", "-v", "-f", "fdm.conf", "fetch"],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30,
    )  # fmt: skip
    complaint = [line.split(": ", 1)[1] for line in result.stdout.splitlines() if "invalid" in line]
    return result.returncode, complaint


as_stated = True
for unasked, complaint in ((b"", []), (b"* 3 EXISTS\r\n", ["invalid response: * 3 EXISTS"]), (b"* OK Still here\r\n", ["invalid response: * OK Still here"])):
    mails, deleted = {1, 2}, set()
    pathlib.Path("home/box").unlink(missing_ok=True)
    results = [fetch(), fetch()]
    box = pathlib.Path("home/box").read_text()
    got = [line[-1] for line in box.splitlines() if line.startswith("Subject")]
    print(f"with {unasked!r}: {results[0]}; after two runs delivered {got}, left on the server {sorted(mails)}")
    as_stated &= results[0] == (0, complaint)
    as_stated &= (got, mails) == ((["1", "1"], {1, 2}) if complaint else (["1", "2"], set()))
sys.exit(not as_stated)
PY
timeout 200 python3 find.py || { echo "CHANGED: see above"; exit 1; }
