#!/bin/bash
# Common Lisp's PURI: of https://jo@example.org/ the host is "jo@example.org", "?a=b?c" is an illegal character, and %C3%BC comes out as two letters.
#
# Versions: PURI 1.5.7.2 (Debian 12: cl-puri 1:1.5.7.2-1), SBCL 2.2.9 (sbcl 2:2.2.9-1), Python 3.11's urllib for comparison. Wants `apt-get update`
#   beforehand.
# Expected: RFC 3986, section 3.2: authority = [ userinfo "@" ] host [ ":" port ]. Section 3.4: a query may hold "/" and "?". Section 3.2.2: an IPv6
#   address may end in an IPv4 address. Section 2.1: an escape stands for an octet, and section 2.4: what is no ASCII, or a delimiter, stays
#   escaped. RFC 2396, which PURI follows by its own account, says the same.
# Seen: jo@ becomes part of the host, and jo:pw@ is "port is not a number: PW@EXAMPLE.ORG". A query with a second "?" is refused, "illegal character", and
#   so is [::ffff:192.0.2.1]. What is written back of "/a/%C3%BC" is "/a/", an A with a tilde and the sign for a quarter, and of "#e%23f" "#e#f". The same
#   texts without these parts are read and written as they are.
# Why it matters: Drakma, the web client of Common Lisp, gives each URL to PURI: it looks up a host named jo@example.org, and asks for another page
#   than the link says.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download cl-puri=1:1.5.7.2-1 sbcl=2:2.2.9-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.lisp <<'LISP'
(setf sb-impl::*default-external-format* :utf-8)
(handler-bind ((warning #'muffle-warning))
  (let ((*error-output* (make-broadcast-stream)) (*standard-output* (make-broadcast-stream)))
    (load "usr/share/common-lisp/source/puri/src.lisp")))
(with-open-file (texts "texts")
  (loop for text = (read-line texts nil) while text do
    (format t "~a~%"
            (handler-case
                (let ((uri (funcall (intern "PARSE-URI" "PURI") text)))
                  (format nil "host ~a, written as ~a" (funcall (intern "URI-HOST" "PURI") uri) uri))
              (error (condition) (substitute #\space #\newline (format nil "error: ~a" condition)))))))
LISP
cat > texts <<'TEXT'
https://example.org/
https://jo@example.org/
https://jo:pw@example.org/
https://example.org/?a=b
https://example.org/?a=b?c
https://[2001:db8::1]:8443/
https://[::ffff:192.0.2.1]:8443/
https://example.org/a/%C3%BC
https://example.org/#e%23f
TEXT
cat > find.py <<'PY'
import os
import subprocess
import urllib.parse

environment = {"PATH": os.environ["PATH"], "HOME": os.getcwd(), "SBCL_HOME": "usr/lib/sbcl", "LANG": "C.UTF-8"}
options = "--core usr/lib/sbcl/sbcl.core --noinform --no-sysinit --no-userinit --disable-debugger --load find.lisp --quit"
result = subprocess.run(["usr/bin/sbcl", *options.split()], env=environment, capture_output=True, timeout=50)
lines = result.stdout.decode().splitlines()
with open("texts") as texts:
    for text, line in zip(map(str.strip, texts), lines, strict=True):
        uri = urllib.parse.urlsplit(text)
        print(f"{text}\n  PURI: {line.encode('ascii', 'backslashreplace').decode()}\n  Python: host {uri.hostname}, written as {uri.geturl()}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
https://example.org/
  PURI: host example.org, written as https://example.org/
  Python: host example.org, written as https://example.org/
https://jo@example.org/
  PURI: host jo@example.org, written as https://jo@example.org/
  Python: host example.org, written as https://jo@example.org/
https://jo:pw@example.org/
  PURI: error: port is not a number: PW@EXAMPLE.ORG.
  Python: host example.org, written as https://jo:pw@example.org/
https://example.org/?a=b
  PURI: host example.org, written as https://example.org/?a=b
  Python: host example.org, written as https://example.org/?a=b
https://example.org/?a=b?c
  PURI: error: Parse error:URI "https://example.org/?a=b?c" contains illegal character #\? at position 24.
  Python: host example.org, written as https://example.org/?a=b?c
https://[2001:db8::1]:8443/
  PURI: host 2001:db8::1, written as https://[2001:db8::1]:8443/
  Python: host 2001:db8::1, written as https://[2001:db8::1]:8443/
https://[::ffff:192.0.2.1]:8443/
  PURI: error: Parse error:URI "https://[::ffff:192.0.2.1]:8443/" contains illegal character #\. at position 19.
  Python: host ::ffff:192.0.2.1, written as https://[::ffff:192.0.2.1]:8443/
https://example.org/a/%C3%BC
  PURI: host example.org, written as https://example.org/a/\xc3\xbc
  Python: host example.org, written as https://example.org/a/%C3%BC
https://example.org/#e%23f
  PURI: host example.org, written as https://example.org/#e#f
  Python: host example.org, written as https://example.org/#e%23f
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
