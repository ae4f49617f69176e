#!/bin/bash
# APT, lftp, Links, axel, w3m and pandoc: a server that sends "103 Early Hints" has no file for them, and pandoc makes an empty document of it.
#
# Versions: APT 2.6.2, lftp 4.9.2, Links 2.28, axel 2.17.11, w3m 0.5.3+git20230121 and pandoc 2.17.1.1, and aria2 1.36.0 for comparison (all of Debian 12, see
#   below). Wants `apt-get update` beforehand.
# Expected: RFC 9110, section 15.2: "A client MUST be able to parse one or more 1xx responses received prior to a final response, even if the client does not
#   expect one." RFC 8297 has 103 Early Hints for any client.
# Seen: of the same file with and without a 103 in front of "200 OK", APT, lftp and axel say that the request has failed with 103, Links says "Bad HTTP
#   response", w3m shows the real header as the text, and pandoc writes nothing, exit status 0. aria2 gets the file.
# Why it matters: the server is right, and turning on Early Hints for browsers takes its files from these programs. With pandoc nobody is told.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get -qq download apt=2.6.2 libapt-pkg6.0=2.6.2 lftp=4.9.2-2+b1 links=2.28-1+b2 liblz1=1.13-5 axel=2.17.11-3 w3m=0.5.3+git20230121-2 libgc1=1:8.2.2-3 \
    pandoc=2.17.1.1-2~deb12u1 pandoc-data=2.17.1.1-2~deb12u1 liblua5.3-0=5.3.6-2 aria2=1.36.0-1 libaria2-0=1.36.0-1 libc-ares2=1.18.1-3 \
    libssh2-1=1.10.0-3+deb12u1 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import threading

HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n"
FILE = b"<p>service: ok</p>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(FILE)
PROGRAMS = {
    "APT": "usr/lib/apt/apt-helper -o Dir::Bin::methods=HERE/usr/lib/apt/methods/ -o Acquire::https::CaInfo=HERE/cert.pem download-file URL HERE/file",
    "lftp": "usr/bin/lftp -c set\\ ssl:ca-file\\ cert.pem;cat\\ URL",
    "Links": "usr/bin/links -ssl.certificates 0 -dump URL",
    "axel": "usr/bin/axel -q -k -o file URL",
    "w3m": "usr/bin/w3m -o ssl_ca_file=HERE/cert.pem -dump URL",
    "pandoc": "usr/bin/pandoc --data-dir=usr/share/pandoc/data -f html -t plain URL",
    "aria2": "usr/bin/aria2c -q --no-conf --ca-certificate=cert.pem -o file URL",
}
ENVIRONMENT = {
    "HOME": os.getcwd(),
    "PATH": os.environ["PATH"],
    "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu:usr/lib/lftp/4.9.2".replace("usr", os.getcwd() + "/usr"),
    "SYSTEM_CERTIFICATE_PATH": "cert.pem",  # for pandoc
}
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def answer(sock):
    try:
        with context.wrap_socket(sock, server_side=True) as tls:
            request = b""
            while b"\r\n\r\n" not in request and (piece := tls.recv(4096)):
                request += piece
            if request:
                hints = HINTS if request.split()[1] == b"/hints" else b""
                tls.sendall(hints + HEAD + (b"" if request.startswith(b"HEAD") else FILE))
                tls.unwrap()
    except OSError:
        pass


def serve(listener):
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


def fetch(program, path):
    pathlib.Path("file").unlink(missing_ok=True)
    url = f"https://localhost:{port}{path}"
    words = [word.replace("\0", " ") for word in PROGRAMS[program].replace("\\ ", "\0").split()]
    words = [word.replace("HERE", os.getcwd()).replace("URL", url) for word in words]
    result = subprocess.run(
        words, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
    )
    text = result.stdout
    if os.path.exists("file"):
        text = pathlib.Path("file").read_text()
    text = re.sub(r"<[^>]*>", "", text).strip()
    return result.returncode, "the file" if text == "service: ok" else text


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = listener.getsockname()[1]
expected = {
    "APT": (100, "103  Early Hints"),
    "lftp": (1, "103 Early Hints"),
    "Links": (None, "Bad HTTP response"),
    "axel": (1, "103: Early Hints"),
    "w3m": (0, "HTTP/1.1 200 OK"),
    "pandoc": (0, ""),
    "aria2": (0, "the file"),
}
as_stated = True
for program, (status, message) in expected.items():
    plain, hints = fetch(program, "/plain"), fetch(program, "/hints")
    as_stated &= plain == (0, "the file") if program != "APT" else plain[0] == 0
    as_stated &= status in (hints[0], None) and (message in hints[1] if message else hints[1] == "")
    lines = [line for line in hints[1].splitlines() if message in line] or [hints[1]]
    print(f"{program}: without hints {plain[1].splitlines()[0][:20]!r}; with hints {lines[0].strip()[:70]!r}, exit status {hints[0]}")
sys.exit(not as_stated)
PY
timeout 200 python3 find.py || { echo "CHANGED: see above"; exit 1; }
