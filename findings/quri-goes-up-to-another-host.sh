#!/bin/bash
# Common Lisp's QURI of Debian 12: "../../../g" on https://a/b/c/d is https://ag, another host, "//g" is a path of a, and "#s" loses the query.
#
# Versions: QURI 20150804 (Debian 12: cl-quri 20150804-1.1 and the libraries it depends on), SBCL 2.2.9 (sbcl 2:2.2.9-1), Python 3.11's urllib for
#   comparison. Wants `apt-get update` beforehand.
# Expected: RFC 3986, section 5.4: the results for these references. Section 5.2.4: dots that go above the root leave the path "/g". Section 4.2:
#   "//g" is a network-path reference, g is its host. Section 3.2: authority = [ userinfo "@" ] host [ ":" port ], and an IPv6 address is a host.
#   HTML's forms: a parameter is what is before the first "=", and its value all behind.
# Seen: merge-uris() of more ".." than there are folders ends without the slash between host and path. "//g" becomes the path "//g" of the old host;
#   "#s" and "" are without the query of the base. uri() refuses "https://jo@[2001:db8::1]/" for its bracket, and without "jo@" it does not.
#   uri-query-params() of "?state=YQ==" is an error.
# Why it matters: a client that follows links and redirects asks another host than the page says, and sends there what was for the first one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download cl-quri=20150804-1.1 cl-alexandria=20211025.gita67c3a6-1 cl-babel=20200719.gitf892d05-2 cl-split-sequence=1:2.0.1-1 \
    cl-utilities=1.2.4-3.2 cl-trivial-features=20210228.gitf6e8dd7-2 sbcl=2:2.2.9-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.lisp <<'LISP'
(require :asdf)
(asdf:initialize-source-registry `(:source-registry (:tree ,(truename "usr/share/common-lisp/source/")) :ignore-inherited-configuration))
(asdf:initialize-output-translations `(:output-translations (t ,(truename "./")) :ignore-inherited-configuration))
(let ((*standard-output* (make-broadcast-stream)) (*error-output* (make-broadcast-stream)))
  (handler-bind ((warning #'muffle-warning)) (asdf:load-system :quri)))
(defmacro attempt (&body body)
  `(handler-case (format t "seen ~a~%" (progn ,@body))
     (error (err) (format t "seen ~a~%" (type-of err)))))
(loop for line = (read-line *standard-input* nil) while line
      do (let* ((position (position #\| line)) (kind (subseq line 0 position)) (text (subseq line (1+ position))))
           (cond ((string= kind "merge") (attempt (quri:render-uri (quri:merge-uris (quri:uri text) (quri:uri "https://a/b/c/d;p?q")))))
                 ((string= kind "host") (attempt (quri:uri-host (quri:uri text))))
                 (t (attempt (quri:uri-query-params (quri:uri text)))))))
LISP
cat > find.py <<'PY'
import os
import subprocess
from urllib.parse import parse_qsl, urljoin, urlsplit

CASES = [("merge", text) for text in ("g", "../g", "../../../g", "../../../../g/", "//g", "//g/x", "#s", "", "?y")]
CASES += [("host", text) for text in ("https://[2001:db8::1]/", "https://jo@example.org/", "https://jo@[2001:db8::1]/")]
CASES += [("parameters", text) for text in ("https://a/?state=YQ%3D%3D", "https://a/?state=YQ==")]
RIGHT = {
    "merge": lambda text: urljoin("https://a/b/c/d;p?q", text),
    "host": lambda text: urlsplit(text).hostname,
    "parameters": lambda text: parse_qsl(urlsplit(text).query),
}

environment = {"PATH": os.environ["PATH"], "HOME": os.getcwd(), "SBCL_HOME": "usr/lib/sbcl", "LANG": "C.UTF-8"}
options = "--core usr/lib/sbcl/sbcl.core --noinform --no-sysinit --no-userinit --disable-debugger --load find.lisp --quit"
lines = "".join(f"{kind}|{text}\n" for kind, text in CASES)
result = subprocess.run(["usr/bin/sbcl", *options.split()], env=environment, input=lines, capture_output=True, text=True, timeout=100)
for (kind, text), seen in zip(CASES, [line for line in result.stdout.splitlines() if line.startswith("seen ")]):
    print(f"{kind} {text!r}: urllib {RIGHT[kind](text)}, QURI {seen.removeprefix('seen ')}")
PY
timeout 120 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
merge 'g': urllib https://a/b/c/g, QURI https://a/b/c/g
merge '../g': urllib https://a/b/g, QURI https://a/b/g
merge '../../../g': urllib https://a/g, QURI https://ag
merge '../../../../g/': urllib https://a/g/, QURI https://ag/
merge '//g': urllib https://g, QURI https://a//g
merge '//g/x': urllib https://g/x, QURI https://a//g/x
merge '#s': urllib https://a/b/c/d;p?q#s, QURI https://a/b/c/d;p#s
merge '': urllib https://a/b/c/d;p?q, QURI https://a/b/c/d;p
merge '?y': urllib https://a/b/c/d;p?y, QURI https://a/b/c/d;p?y
host 'https://[2001:db8::1]/': urllib 2001:db8::1, QURI [2001:db8::1]
host 'https://jo@example.org/': urllib example.org, QURI example.org
host 'https://jo@[2001:db8::1]/': urllib 2001:db8::1, QURI URI-MALFORMED-STRING
parameters 'https://a/?state=YQ%3D%3D': urllib [('state', 'YQ==')], QURI ((state . YQ==))
parameters 'https://a/?state=YQ==': urllib [('state', 'YQ==')], QURI URI-MALFORMED-URLENCODED-STRING
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
