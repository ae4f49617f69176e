#!/bin/bash
# sendEmail: a line that begins with a full stop arrives without it, "Grüße" is sent as octets that no header may have, and "Doe, Jo" cannot be addressed.
#
# Versions: sendEmail 1.56 (Debian 12: sendemail 1.56-5.1), Perl 5.36. Wants `apt-get update`
#   beforehand, and perl.
# Expected: RFC 5321, section 4.5.2: "Before sending a line of mail text, the SMTP client checks the first character of the line. If it is a period, one
#   additional period is inserted at the beginning of the line"; the server takes one away. RFC 5322, section 2.2, and RFC 2047: other letters than
#   ASCII's stand in a header as encoded words. RFC 5322, section 3.4: "Doe, Jo" <jo@example.org> is a mailbox.
# Seen: only a line that is a single full stop gets another one. ".profile" arrives as "profile", and "...and so on" as "..and so on". The subject is
#   sent in UTF-8 as it is, though the server has not offered SMTPUTF8, and the text, in UTF-8 too, is labelled "iso-8859-1" and "7bit". A recipient with
#   a comma in the name ends in "Can't use improperly formatted email address".
# Why it matters: it is a mailer for scripts: names of files, diffs and lists that begin with a full stop are wrong in what it sends.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download sendemail=1.56-5.1 libio-socket-inet6-perl=2.73-1 libsocket6-perl=0.29-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.py <<'PY'
import contextlib
import re
import socket
import subprocess
import threading

TEXT = "Gr\u00fc\u00dfe,\n.profile\n.\n...and so on\nend\n"
received = []


def serve(listener):
    """A server without extensions, which takes one full stop from each line that begins with one, as RFC 5321 says."""
    while True:
        sock, _ = listener.accept()
        sock.settimeout(20)
        with contextlib.suppress(ConnectionError), sock, sock.makefile("rwb") as file:
            file.write(b"220 mx.example.org\r\n")
            file.flush()
            while line := file.readline():
                if line.upper().startswith(b"DATA"):
                    file.write(b"354 go on\r\n")
                    file.flush()
                    while (line := file.readline()) not in (b".\r\n", b""):
                        received.append(line.removeprefix(b".").rstrip(b"\r\n"))
                file.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n")
                file.flush()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
server = f"127.0.0.1:{listener.getsockname()[1]}"
for recipient in ("Jo Doe <jo@example.org>", '"Doe, Jo" <jo@example.org>'):
    received.clear()
    command = ["perl", "usr/bin/sendemail", "-f", "me@example.org", "-t", recipient, "-s", server, "-u", "Gr\u00fc\u00dfe", "-m", TEXT, "-o", "tls=no"]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
    print(f"{recipient}: {re.sub(r'^.*?: ', '', result.stdout.strip())}")
    for line in received:
        if line.startswith((b"Subject", b"Content-Transfer", b"        charset")):
            print("  header:", line)
    if received:
        start = [number for number, line in enumerate(received) if line.startswith(b"Gr")][0]
        print("  sent:   ", TEXT.encode().splitlines())
        print("  arrived:", received[start : start + 5])
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Jo Doe <jo@example.org>: Email was sent successfully!
  header: b'Subject: Gr\xc3\xbc\xc3\x9fe'
  header: b'        charset="iso-8859-1"'
  header: b'Content-Transfer-Encoding: 7bit'
  sent:    [b'Gr\xc3\xbc\xc3\x9fe,', b'.profile', b'.', b'...and so on', b'end']
  arrived: [b'Gr\xc3\xbc\xc3\x9fe,', b'profile', b'.', b'..and so on', b'end']
"Doe, Jo" <jo@example.org>: ERROR => Can't use improperly formatted email address: "Doe
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
