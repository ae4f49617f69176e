#!/bin/bash
# Drakma, the web client of Common Lisp: a cookie without a path is sent to the very page that has set it, and one that is deleted with Max-Age=0
# lives on.
#
# Versions: Drakma 2.0.8 (Debian 12: cl-drakma 2.0.8-1, with its dependencies, without SSL), SBCL 2.2.9, Python 3.11's http.cookiejar to compare with. Wants
#   `apt-get update` beforehand.
# Expected: RFC 6265, section 5.1.4: without a Path the default-path is that of the request up to, but not including, its right-most "/": of /a/login it
#   is /a. Section 5.2.2: Max-Age; 0 is "the earliest representable date and time".
# Seen: the cookie that /a/login sets is not sent to /a/page, only to /a/login itself and below it. After "sid=; Max-Age=0" a
#   cookie is still sent, now an empty one; an Expires in 1970 deletes it. http.cookiejar sends it to /a/page, and deletes it both times.
# Why it matters: a program that logs in is not logged in on the next page, and one that has logged out goes on sending its session.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download sbcl=2:2.2.9-1 cl-drakma=2.0.8-1 cl-puri=1:1.5.7.2-1 cl-base64=3.4.0-1 cl-chunga=20220222.git7836609-1 \
    cl-flexi-streams=20210728.git41af5dc-1 cl-ppcre=20220126.gitb4056c5-1 cl-chipz=20220213.git82a17d3-1 cl-usocket=0.8.3-2 \
    cl-trivial-gray-streams=20210117.git2b3823e-1 cl-split-sequence=1:2.0.1-1 2>apt.log \
    || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export SBCL_HOME=$work/usr/lib/sbcl HOME=$work

cat > ask.lisp <<'LISP'
(require :asdf)
(require :sb-posix)
(push :drakma-no-ssl *features*)
(asdf:initialize-source-registry (list :source-registry (list :tree (truename "usr/share/common-lisp/source/")) :ignore-inherited-configuration))
(handler-bind ((warning #'muffle-warning))
  (let ((*standard-output* (make-broadcast-stream)) (*error-output* (make-broadcast-stream)))
    (asdf:load-system :drakma)))
(let ((jar (make-instance (intern "COOKIE-JAR" "DRAKMA"))))
  (dolist (url (with-input-from-string (text (sb-posix:getenv "URLS")) (loop for line = (read-line text nil) while line collect line)))
    (funcall (intern "HTTP-REQUEST" "DRAKMA") url :cookie-jar jar)))
LISP
cat > find.py <<'PY'
import http.cookiejar
import http.server
import os
import subprocess
import threading
import urllib.request

SET = {"/a/login": "sid=1", "/root": "sid=2; Path=/; Max-Age=3600", "/age": "sid=; Path=/; Max-Age=0",
       "/long": "sid=; Path=/; Expires=Thu, 01-Jan-1970 00:00:00 GMT"}
seen = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        seen.append(f"{self.path} {'with' if self.headers['Cookie'] else 'without'} a cookie")
        self.send_response(200)
        if self.path in SET:
            self.send_header("Set-Cookie", SET[self.path])
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for paths in (["/a/login", "/a/login", "/a/page"], ["/root", "/age", "/page"], ["/root", "/long", "/page"]):
    urls = [f"http://127.0.0.1:{server.server_port}{path}" for path in paths]
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    for url in urls:
        opener.open(url, timeout=10).read()
    print("Python:", ", ".join(seen))
    seen.clear()
    result = subprocess.run(["timeout", "40", "usr/bin/sbcl", "--core", "usr/lib/sbcl/sbcl.core", "--no-userinit", "--no-sysinit",
                             "--non-interactive", "--load", "ask.lisp"], capture_output=True, text=True, env=dict(os.environ, URLS="\n".join(urls)))
    print("Drakma:", ", ".join(seen) or result.stdout[-300:] + result.stderr[-600:])
    seen.clear()
PY
timeout 110 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Python: /a/login without a cookie, /a/login with a cookie, /a/page with a cookie
Drakma: /a/login without a cookie, /a/login with a cookie, /a/page without a cookie
Python: /root without a cookie, /age with a cookie, /page without a cookie
Drakma: /root without a cookie, /age with a cookie, /page with a cookie
Python: /root without a cookie, /long with a cookie, /page without a cookie
Drakma: /root without a cookie, /long with a cookie, /page without a cookie
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
