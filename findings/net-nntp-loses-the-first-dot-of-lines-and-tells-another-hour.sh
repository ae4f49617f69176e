#!/bin/bash
# PHP's Net_NNTP: a line that begins with a dot loses it when it is posted, and the time of the server, which is UTC, is read as the local time.
#
# Versions: Net_NNTP 1.5.0 (Debian 12: php-net-nntp 1.5.0-2.1, php-pear 1:1.10.13+submodules+notgz+2022032202-2), PHP 8.2.36 (php8.2-cli and
#   php8.2-common 8.2.36-1~deb12u1), Python 3.11's nntplib for comparison and Python as the server. Wants `apt-get update` beforehand.
# Expected: RFC 3977, section 3.1.1: of a block of lines each that begins with a dot gets one more, which the receiver takes away. Section 7.1: DATE
#   tells the time of the server in UTC. The documentation: getDate(1), the default, is a timestamp; post() posts an article.
# Seen: post() sends the lines as they are. The server takes the first dot away: ".profile" is posted as "profile", and "..." as "..". nntplib doubles
#   it, and all arrives. getDate() of 10:00 is 10:00 UTC while PHP's own time zone is UTC, and 04:30 UTC with Asia/Kolkata.
# Why it matters: configuration files, lists of files and patches are posted with other content, and what is asked for since then, new articles or
#   groups, begins hours too early or too late.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {php8.2-cli,php8.2-common}=8.2.36-1~deb12u1 php-net-nntp=1.5.0-2.1 php-pear=1:1.10.13+submodules+notgz+2022032202-2 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.php <<'PHP'
<?php
error_reporting(E_ERROR);
require 'Net/NNTP/Client.php';
$client = new Net_NNTP_Client();
$client->connect('127.0.0.1', false, (int) $argv[1], 10);
if ($argv[2] === 'date') {
    echo gmdate('Y-m-d H:i', $client->getDate()), " UTC\n";
} else {
    $client->post(file_get_contents('article'));
}
$client->disconnect();
PHP
cat > find.py <<'PY'
import socket
import subprocess
import threading
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import nntplib

ARTICLE = "From: Jo <jo@example.org>\r\nNewsgroups: misc.test\r\nSubject: files\r\n\r\n.profile\r\n...\r\nprofile\r\n"
posted = []


def converse(sock):
    with sock, sock.makefile("rb") as lines:
        sock.settimeout(20)
        sock.sendall(b"200 Hello\r\n")
        while line := lines.readline():
            command = line.split()[0].upper()
            if command == b"POST":
                sock.sendall(b"340 Go on\r\n")
                article = []
                while (line := lines.readline()) not in (b".\r\n", b""):
                    article.append(line.rstrip(b"\r\n").removeprefix(b".").decode())
                posted.append(article[article.index("") + 1 :])
                sock.sendall(b"240 Received\r\n")
            elif command == b"DATE":
                sock.sendall(b"111 20261130100000\r\n")
            elif command == b"QUIT":
                sock.sendall(b"205 Bye\r\n")
                return
            else:
                sock.sendall(b"500 What?\r\n")


def serve(listener):
    while True:
        threading.Thread(target=converse, args=(listener.accept()[0],), daemon=True).start()


def by_php(zone, action):
    command = ["usr/bin/php8.2", "-n", "-d", "include_path=usr/share/php", "-d", f"date.timezone={zone}", "find.php", str(port), action]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=20).stdout.strip()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = listener.getsockname()[1]
with open("article", "w", newline="") as file:
    file.write(ARTICLE)
client = nntplib.NNTP("127.0.0.1", port, timeout=20)
client.post(ARTICLE.encode().splitlines(keepends=True))
print(f"nntplib: posted {posted.pop()}, date {client.date()[1]:%Y-%m-%d %H:%M} UTC")
client.quit()
for zone in ("UTC", "Asia/Kolkata"):
    by_php(zone, "post")
    print(f"Net_NNTP, {zone}: posted {posted.pop()}, date {by_php(zone, 'date')}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
nntplib: posted ['.profile', '...', 'profile'], date 2026-11-30 10:00 UTC
Net_NNTP, UTC: posted ['profile', '..', 'profile', ''], date 2026-11-30 10:00 UTC
Net_NNTP, Asia/Kolkata: posted ['profile', '..', 'profile', ''], date 2026-11-30 04:30 UTC
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
