#!/bin/bash
# msmtp: a mail to "jo doe"@example.org is for <@example.org>, and one to <"jo doe"@example.org> for <"jo_doe"@example.org>.
#
# Versions: msmtp 1.8.23 (Debian 12: msmtp 1.8.23-1), Python's email package for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 5322, section 3.4.1, and RFC 5321, section 4.1.2: the part before "@" may be a quoted string, and then the quotation marks belong to it in
#   RCPT TO. msmtp's manual: with -t it reads the recipients from the To, Cc and Bcc headers.
# Seen: of an address without angle brackets it drops whatever stands in quotation marks, as if it were a name, so that "@example.org" is left. In
#   angle brackets the quotation marks stay, and of the blank between them an underscore is made, so that the mail is for somebody else.
# Why it matters: addresses with a blank, or with two full stops in a row, as some large providers gave them away, can be written in this way only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download msmtp=1.8.23-1 libgsasl18=2.2.0-1+deb12u2 libgssglue1=0.7-1.1 libidn12=1.41-1 libntlm0=1.6-4 libsecret-1-0=0.20.5-3 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu HOME=$work

cat > find.py <<'PY'
import contextlib
import email.policy
import email.parser
import socket
import subprocess
import threading

asked = []


def serve(listener):
    while True:
        sock, _ = listener.accept()
        sock.settimeout(20)
        with contextlib.suppress(ConnectionError), sock, sock.makefile("rwb") as file:
            answers = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
            file.write(b"220 mx.example.org\r\n")
            file.flush()
            while line := file.readline():
                if line.startswith(b"RCPT TO:"):
                    asked.append(line[8:].strip().decode())
                file.write(answers.get(line.strip(), b"250 ok\r\n"))
                file.flush()
                if line.strip() == b"DATA":
                    while file.readline() not in (b".\r\n", b""):
                        pass
                    file.write(b"250 ok\r\n")
                    file.flush()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
command = ["usr/bin/msmtp", "--host=127.0.0.1", f"--port={listener.getsockname()[1]}", "--tls=off", "--from=me@example.org"]
for recipients in ("jo@example.org", 'Jo <jo@example.org>, "Doe, Al" <al@example.org>', '"jo doe"@example.org', 'Jo <"jo doe"@example.org>'):
    mail = f"From: me@example.org\nTo: {recipients}\nSubject: x\n\nhello\n"
    header = email.parser.Parser(policy=email.policy.default).parsestr(mail)["To"]
    print(f"To: {recipients}\n  Python: {', '.join(f'<{address.addr_spec}>' for address in header.addresses)}")
    for way in (["-t"], [address.addr_spec for address in header.addresses]):
        asked.clear()
        result = subprocess.run([*command, *way], input=mail, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
        print(f"  msmtp {' '.join(way)}: {', '.join(asked)} (exit status {result.returncode})")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
To: jo@example.org
  Python: <jo@example.org>
  msmtp -t: <jo@example.org> (exit status 0)
  msmtp jo@example.org: <jo@example.org> (exit status 0)
To: Jo <jo@example.org>, "Doe, Al" <al@example.org>
  Python: <jo@example.org>, <al@example.org>
  msmtp -t: <jo@example.org>, <al@example.org> (exit status 0)
  msmtp jo@example.org al@example.org: <jo@example.org>, <al@example.org> (exit status 0)
To: "jo doe"@example.org
  Python: <"jo doe"@example.org>
  msmtp -t: <@example.org> (exit status 0)
  msmtp "jo doe"@example.org: <@example.org> (exit status 0)
To: Jo <"jo doe"@example.org>
  Python: <"jo doe"@example.org>
  msmtp -t: <"jo_doe"@example.org> (exit status 0)
  msmtp "jo doe"@example.org: <@example.org> (exit status 0)
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
