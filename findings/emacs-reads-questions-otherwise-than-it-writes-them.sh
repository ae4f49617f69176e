#!/bin/bash
# Emacs' url: what url-build-query-string writes, url-parse-query-string reads as octets, a plus stays a plus, and http://host?a=b asks for "?a=b".
#
# Versions: Emacs 28.2 (Debian 12: emacs-nox 1:28.2+1-15+deb12u4), Python 3.11's urllib and a server in Python. Wants `apt-get update` beforehand.
# Expected: URL Standard, application/x-www-form-urlencoded, parsing: "+" becomes a blank, and what is percent-decoded is then decoded as UTF-8. What one
#   function of a pair writes, the other reads. RFC 9112, section 3.2.1: "If the target URI's path component is empty, the
#   client MUST send '/'". RFC 6265, section 5.2: a set-cookie-string without "=" is ignored.
# Seen: (("name" "Jo Doe ü")) is written as name=Jo%20Doe%20%C3%BC and read as "Jo Doe \303\274", two octets for one letter. name=Jo+Doe has the plus. The
#   request line for http://127.0.0.1?a=b is "GET ?a=b HTTP/1.1". After "Set-Cookie: flag" the header "Cookie: flag=nil" is sent.
# Why it matters: small servers and OAuth answers in Emacs show each umlaut as two wrong letters, and compare unequal; nginx refuses the request line with
#   400. Use decode-coding-string behind it, and write the slash.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=1:28.2+1-15+deb12u4
apt-get -qq download emacs-nox=$version emacs-common=$version emacs-bin-common=$version emacs-el=$version \
    libgccjit0=12.2.0-14+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
lisp=$work/usr/share/emacs/28.2/lisp
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu EMACSDATA=$work/usr/share/emacs/28.2/etc EMACSDOC=$work/usr/share/emacs/28.2/etc HOME=$work
EMACSLOADPATH=$(find "$lisp" -type d -printf '%p:')$lisp
export EMACSLOADPATH LC_ALL=C.UTF-8 TZ=UTC
emacs="$work/usr/bin/emacs-nox --dump-file=$work/usr/libexec/emacs/28.2/x86_64-linux-gnu/emacs.pdmp -Q --batch"

cat > find.el <<'LISP'
(require 'url)
(setq url-configuration-directory (expand-file-name "url/") url-cookie-file (expand-file-name "cookies"))
(let ((text (url-build-query-string '(("name" "Jo Doe ü")))))
  (princ (format "Emacs %s: %S\n" text (url-parse-query-string text))))
(princ (format "Emacs name=Jo+Doe: %S\n" (url-parse-query-string "name=Jo+Doe")))
(dolist (path '("/" "?a=b" "/set" "/after"))
  (url-retrieve-synchronously (concat "http://127.0.0.1:" (getenv "PORT") path) t nil 10))
LISP
cat > find.py <<'PY'
import os
import socketserver
import subprocess
import sys
import threading
from urllib.parse import parse_qsl

for text in ("name=Jo%20Doe%20%C3%BC", "name=Jo+Doe"):
    print(f"Python {text}: {parse_qsl(text)}", flush=True)


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline().decode().strip():
            headers = iter(self.rfile.readline, b"\r\n")
            cookies = [header.decode().strip() for header in headers if header.lower().startswith(b"cookie:")]
            print("server:", line, *cookies, flush=True)
            extra = b"Set-Cookie: flag\r\n" if "/set" in line else b""
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + extra + b"\r\n")


socketserver.ThreadingTCPServer.daemon_threads = True
with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = [*sys.argv[1:], "-l", "find.el"]
    subprocess.run(command, timeout=50, stderr=subprocess.DEVNULL, env=dict(os.environ, PORT=str(server.server_address[1])))
    server.shutdown()
PY
timeout 80 python3 find.py $emacs >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Python name=Jo%20Doe%20%C3%BC: [('name', 'Jo Doe ü')]
Python name=Jo+Doe: [('name', 'Jo Doe')]
server: GET / HTTP/1.1
server: GET ?a=b HTTP/1.1
server: GET /set HTTP/1.1
server: GET /after HTTP/1.1 Cookie: flag=nil
Emacs name=Jo%20Doe%20%C3%BC: (("name" "Jo Doe \303\274"))
Emacs name=Jo+Doe: (("name" "Jo+Doe"))
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
