#!/bin/bash
# Guile's web client: an answer with "WWW-Authenticate: Negotiate", or a boundary with "=", raises an error, and quotation marks are part of a boundary.
#
# Versions: Guile 3.0.8 (Debian 12: guile-3.0 3.0.8-2), Python 3.11's http.client as the second client, and as the server. Wants `apt-get update`
#   beforehand.
# Expected: RFC 9110, section 11.3: a challenge is a scheme alone, or with a token68, which may end in "=", or with parameters; RFC 4559, section 4.1:
#   "WWW-Authenticate: Negotiate". RFC 9110, section 5.6.6: the value of a parameter is a token or a quoted string, which is the same without its
#   marks, and in which "=" and ";" are letters like others. Section 12.4.2, with RFC 5234, section 2.3: the q of a weight is of either case.
# Seen: of a 401 with Negotiate http-get raises bad-header-component, and the program never sees the status. With 'Negotiate, Basic realm="a"' the scheme
#   is "negotiate,", and the token of "Negotiate YWJj==" is a name with the value "=". A type with boundary="a=b" raises bad-header; boundary="a-b" is
#   read with its marks, so that no part is found; content-disposition loses them, as it should. "de;Q=0.3" is an error. Python has the status and each boundary.
# Why it matters: servers of companies ask for Negotiate first, and mail programs and servers write "=" into boundaries by habit.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download guile-3.0=3.0.8-2 guile-3.0-libs=3.0.8-2 libgc1=1:8.2.2-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > client.scm <<'SCM'
(use-modules (ice-9 format) (web client) (web http) (web response) (web uri))
(setlocale LC_ALL "C.UTF-8")
(define (complaint key arguments)
  (format #f "~a~a" key (if (string-prefix? "bad-header" (symbol->string key)) (format #f " ~s" arguments) "")))
(define (get address)
  (catch #t
    (lambda ()
      (call-with-values (lambda () (http-get (string->uri address)))
        (lambda (response body)
          (format #f "~a" (response-code response)))))
    (lambda (key . arguments) (complaint key arguments))))
(define (header name text)
  (catch #t
    (lambda () (format #f "~s" (parse-header name text)))
    (lambda (key . arguments) (complaint key arguments))))
(for-each
 (lambda (line)
   (let ((words (string-split line #\tab)))
     (if (null? (cdr words))
         (format #t "~a\n" (get line))
         (format #t "~a\n" (header (string->symbol (car words)) (cadr words))))))
 (cdr (command-line)))
SCM
cat > find.py <<'PY'
import http.client
import http.server
import os
import subprocess
import threading

ANSWERS = (
    (401, "WWW-Authenticate", 'Basic realm="a, b"'),
    (401, "WWW-Authenticate", "Negotiate"),
    (200, "Content-Type", 'multipart/mixed; boundary="a-b"'),
    (200, "Content-Type", 'multipart/mixed; boundary="a=b"'),
)
HEADERS = (
    ("www-authenticate", 'Negotiate, Basic realm="a"'),
    ("www-authenticate", "Negotiate YWJj=="),
    ("content-type", 'multipart/mixed; boundary="a-b"'),
    ("content-disposition", 'form-data; name="a-b"'),
    ("accept-language", "en, de;q=0.3"),
    ("accept-language", "en, de;Q=0.3"),
)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, name, value = ANSWERS[int(self.path[1:])]
        self.send_response(status)
        self.send_header(name, value)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"Hello\n")

    def log_message(self, *args):
        pass


def get(port, number):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/{number}")
    response = connection.getresponse()
    response.read()
    return f"{response.status}, boundary {response.headers.get_boundary()}"


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
work = os.getcwd()
arch = f"{work}/usr/lib/x86_64-linux-gnu"
environment = {
    "PATH": os.environ["PATH"],
    "HOME": work,
    "LD_LIBRARY_PATH": arch,
    "GUILE_LOAD_PATH": f"{work}/usr/share/guile/3.0",
    "GUILE_LOAD_COMPILED_PATH": f"{arch}/guile/3.0/ccache",
    "GUILE_AUTO_COMPILE": "0",
}
arguments = [f"http://127.0.0.1:{server.server_port}/{number}" for number in range(len(ANSWERS))]
arguments += ["\t".join(header) for header in HEADERS]
result = subprocess.run(["usr/bin/guile-3.0", "client.scm", *arguments], env=environment, capture_output=True, text=True, timeout=40)
lines = iter(result.stdout.splitlines())
for number, (status, name, value) in enumerate(ANSWERS):
    print(f"{status} with {name}: {value}\n  Guile: {next(lines)}\n  Python: {get(server.server_port, number)}")
for name, value in HEADERS:
    print(f"{name}: {value}\n  Guile: {next(lines)}")
print(result.stderr, end="")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
401 with WWW-Authenticate: Basic realm="a, b"
  Guile: 401
  Python: 401, boundary None
401 with WWW-Authenticate: Negotiate
  Guile: bad-header-component (challenge "Negotiate")
  Python: 401, boundary None
200 with Content-Type: multipart/mixed; boundary="a-b"
  Guile: 200
  Python: 200, boundary a-b
200 with Content-Type: multipart/mixed; boundary="a=b"
  Guile: bad-header (content-type "multipart/mixed; boundary=\"a=b\"")
  Python: 200, boundary a=b
www-authenticate: Negotiate, Basic realm="a"
  Guile: ((negotiate,) (basic (realm . "a")))
www-authenticate: Negotiate YWJj==
  Guile: ((negotiate (YWJj . "=")))
content-type: multipart/mixed; boundary="a-b"
  Guile: (multipart/mixed (boundary . "\"a-b\""))
content-disposition: form-data; name="a-b"
  Guile: (form-data (name . "a-b"))
accept-language: en, de;q=0.3
  Guile: ((1000 . "en") (300 . "de"))
accept-language: en, de;Q=0.3
  Guile: bad-header-component (quality "Q=0.3")
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
