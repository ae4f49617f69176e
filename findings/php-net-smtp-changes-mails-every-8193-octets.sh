#!/bin/bash
# PHP's Net_SMTP: in a mail that it sends from a file, a full stop that is octet 8,194 gets a second one, and a line that ends there an empty line.
#
# Versions: Net_SMTP 1.10.1, Net_Socket 1.2.2, PEAR 1.10.13 and PHP 8.2.36 (Debian 12: php-net-smtp 1.10.1-1, php-net-socket 1.2.2-2, php-pear, php8.2-cli),
#   Python 3.11 as the server. Wants `apt-get update` beforehand.
# Expected: RFC 5321, section 4.5.2: a full stop is doubled if it is the first character of a line. Net_SMTP's documentation: data() takes the message as a
#   string or as a file resource. RFC 1870, section 4: SIZE is the largest message that the server takes.
# Seen: the file is sent in pieces of 8,193 octets or some more, and each piece is treated as if it began a line. "www.example.com" becomes "www..example.com"
#   if the piece ends behind the "www", and CR LF becomes two line ends if it ends between them. A string is cut in the same way at 512,000 octets. A mail
#   that is as large as SIZE says is not sent.
# Why it matters: of longer mails some do not arrive as they were written, and then a DKIM or S/MIME signature in them is invalid.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-net-smtp=1.10.1-1 php-net-socket=1.2.2-2 php-pear=1:1.10.13+submodules+notgz+2022032202-2 php8.2-cli=8.2.36-1~deb12u1 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > client.php <<'PHP'
<?php
require 'Net/SMTP.php';

[, $port, $how] = $argv;
$options = ['ssl' => ['cafile' => 'cert.pem', 'peer_name' => 'localhost']];
$smtp = new Net_SMTP('tls://localhost', $port, 'localhost', false, 20, $options);
function check($result)
{
    if (PEAR::isError($result)) {
        echo $result->getMessage(), "\n";
        exit;
    }
}
check($smtp->connect(20, false));
check($smtp->mailFrom('sender@example.com'));
check($smtp->rcptTo('user@example.com'));
check($smtp->data($how === 'file' ? fopen('mail', 'rb') : file_get_contents('mail')));
$smtp->disconnect();
PHP
cat > find.py <<'PY'
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading

ENVIRONMENT = {**os.environ, "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu"}
PHP = ["usr/bin/php8.2", "-n", "-d", "include_path=usr/share/php", "-d", "error_reporting=0", "client.php"]
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def serve(listener, size, received):
    with context.wrap_socket(listener.accept()[0], server_side=True) as tls, tls.makefile("rb") as lines:
        tls.settimeout(20)
        tls.sendall(b"220 Hello\r\n")
        while line := lines.readline():
            command = line[:4].upper()
            if command == b"EHLO":
                tls.sendall(b"250-localhost\r\n250 SIZE %d\r\n" % size)
            elif command == b"DATA":
                tls.sendall(b"354 Go on\r\n")
                while (line := lines.readline()) != b".\r\n":
                    received.append(line.removeprefix(b"."))
                tls.sendall(b"250 Thanks\r\n")
            else:
                tls.sendall(b"250 Fine\r\n")


def send(mail, how, size=10**7):
    pathlib.Path("mail").write_bytes(mail)
    received = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener, size, received), daemon=True)
        thread.start()
        result = subprocess.run([*PHP, str(listener.getsockname()[1]), how], env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
        thread.join(20)
    got = b"".join(received)
    if not got:
        return result.stdout.strip()
    if got.removesuffix(b"\r\n") == mail:  # it ends files with an empty line
        got = mail
    at = next((i for i in range(len(mail)) if got[i] != mail[i]), len(mail))
    return "as it was" if got == mail else f"{mail[at - 9 : at + 7]!r} has become {got[at - 9 : at + 9]!r}"


def mail_with(text, offset):
    """A mail that has the text from an offset on."""
    mail = b"Subject: test\r\n\r\n"
    while len(mail) < offset - 200:
        mail += b"x" * 70 + b"\r\n"
    return mail + b"x" * (offset - len(mail)) + text + b" and so on\r\n"


cases = {
    "file, octet 8,194 is a full stop": (mail_with(b"www.example.com", 8190), "file"),
    "file, octet 8,195 is a full stop": (mail_with(b"www.example.com", 8191), "file"),
    "file, octets 8,193 and 8,194 are CR and LF": (mail_with(b"line\r\nline", 8188), "file"),
    "string, octet 512,001 is a full stop": (mail_with(b"www.example.com", 511997), "string"),
    "string, SIZE is 20,000": (mail_with(b"x", 19987), "string", 20000),
}
seen = []
for what, arguments in cases.items():
    seen.append(send(*arguments))
    print(f"{what}, {len(arguments[0])} octets in all: {seen[-1]}")
expected = [
    "b'xxxxxwww.example' has become b'xxxxxwww..example.'",
    "as it was",
    "b'xxxline\\r\\nline an' has become b'xxxline\\r\\n\\r\\nline an'",
    "b'xxxxxwww.example' has become b'xxxxxwww..example.'",
    "Message size exceeds server limit",
]
sys.exit(seen != expected)
PY
timeout 100 python3 find.py || { echo "CHANGED: see above"; exit 1; }
