#!/bin/bash
# Perl's Mail::Sendmail: with a user name of 25 letters, or a longer password, each way to log in is broken off in the middle; and who is named by a
#   mail address in quotation marks gets two mails.
#
# Versions: Mail::Sendmail 0.80 (Debian 12: libmail-sendmail-perl 0.80-3, libsys-hostname-long-perl 1.5-3), Perl 5.36, a server of the script's over
#   loopback. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 4954, section 4: the answer to a challenge is one line of base64, and an initial response has no line breaks, however long. RFC 5322,
#   section 3.4: in "a@example.org" <b@example.org> the address is the second one, and the first is the name that is shown. Its documentation: the
#   recipients' field may be anything with an address in it, and address_rx "should accept all real-world internet style addresses".
# Seen: MIME::Base64 breaks its lines after 57 octets, and Mail::Sendmail sends the breaks: jo.doe-smith@mail.example.org with CRAM-MD5 has 61 octets
#   with its digest, and the server gets the rest, of a few letters, as the next command. PLAIN has the name twice and the password. A shorter name is let
#   in. With the mail "To" an address whose name is another address, as Outlook writes it, RCPT names both.
# Why it matters: where the name is the mail address, as with most providers, the login fails for some people and not for others; mails go to addresses
#   that people had once.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libmail-sendmail-perl=0.80-3 libsys-hostname-long-perl=1.5-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > send.pl <<'PERL'
use strict;
use warnings;
use lib "usr/share/perl5";
use Mail::Sendmail;

my ($port, $method, $user, $password, $to) = @ARGV;
my %mail = (To => $to, From => 'jo@example.org', Subject => "Hello", Message => "Hello\n", Smtp => "127.0.0.1:$port");
$mail{Auth} = {user => $user, password => $password, method => $method, required => 1} if $method;
print sendmail(%mail) ? "sent" : "not sent", "\n";
PERL
cat > find.py <<'PY'
import base64
import hashlib
import hmac
import socket
import subprocess
import threading

CHALLENGE = b"<1896.697170952@example.org>"


def serve(listener, accounts, seen):
    connection = listener.accept()[0]
    connection.settimeout(10)
    with connection, connection.makefile("rwb") as file:
        def answer(line):
            file.write(line.encode() + b"\r\n")
            file.flush()

        def check(good):
            seen.append("logged in" if good else "wrong password")
            answer("235 2.7.0 OK" if good else "535 5.7.8 no")

        answer("220 example.org")
        for line in file:
            words = line.split()
            verb = words[0].upper() if words else b""
            if verb == b"EHLO":
                answer("250-example.org\r\n250 AUTH PLAIN CRAM-MD5")
            elif words[:2] == [b"AUTH", b"PLAIN"]:
                _, user, password = (base64.b64decode(words[2]).split(b"\0") + [b"", b""])[:3]
                check(accounts.get(user.decode()) == password.decode())
            elif words[:2] == [b"AUTH", b"CRAM-MD5"]:
                answer("334 " + base64.b64encode(CHALLENGE).decode())
                user, _, digest = base64.b64decode(file.readline()).decode().rpartition(" ")
                check(hmac.new(accounts[user].encode(), CHALLENGE, hashlib.md5).hexdigest() == digest)
            elif verb in (b"MAIL", b"RCPT"):
                if verb == b"RCPT":
                    seen.append(line.decode().strip())
                answer("250 OK")
            elif verb == b"DATA":
                answer("354 go on")
                while file.readline().strip(b"\r\n") != b".":
                    pass
                answer("250 OK")
            elif verb == b"QUIT":
                answer("221 bye")
            else:
                seen.append(f"unknown command of {len(line.strip())} letters")
                answer("500 what?")


def send(method, user, password, to="ann@example.com"):
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener, {user: password}, seen), daemon=True)
        thread.start()
        command = ["perl", "send.pl", str(listener.getsockname()[1]), method, user, password, to]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=20).stdout
        thread.join(10)
    print(f"{method or 'no login'} {user}: {result.strip()}; {', '.join(seen)}")


for method in ("PLAIN", "CRAM-MD5"):
    for user in ("jo", "jo.doe-smith@mail.example.org"):
        send(method, user, "tanstaaftanstaaf")
send("", "", "", '"ann@old.example.com" <ann@example.com>')
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
PLAIN jo: sent; logged in, RCPT TO:<ann@example.com>
PLAIN jo.doe-smith@mail.example.org: not sent; wrong password, unknown command of 28 letters
CRAM-MD5 jo: sent; logged in, RCPT TO:<ann@example.com>
CRAM-MD5 jo.doe-smith@mail.example.org: not sent; wrong password, unknown command of 8 letters
no login : sent; RCPT TO:<ann@old.example.com>, RCPT TO:<ann@example.com>
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
