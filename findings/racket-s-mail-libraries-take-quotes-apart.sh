#!/bin/bash
# Racket's net/mime, net/head and net/unihead: a boundary with a semicolon costs all parts of a mail, a group is no group, and "Grüße" in two words has a gap.
#
# Versions: Racket 8.7 (Debian 12: racket and racket-common 8.7+dfsg1-1), Python 3.11 for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 2045, section 5.1: the value of a parameter may be a quoted string, which may hold a semicolon. RFC 5322, section 3.4: "team:
#   a@example.org, b@example.org;" is a group of two addresses; section 3.2.4: \" in a quoted string is a quotation mark, and the part in front of the
#   @ may be one (3.4.1). RFC 2047, section 6.2: white space between two encoded words is ignored; RFC 2231, section 5: a word may say its language,
#   =?utf-8*de?...?=.
# Seen: mime-analyze of a multipart/mixed with boundary="b;x" has the parameters boundary = "b and ??? = x", and one empty part instead of two; a file
#   called x;y.txt is called "x. extract-addresses has "team: a@example.org" and "b@example.org;" as addresses, cuts the name "a\"b", and fails for
#   "jo x"@example.org. decode-for-header leaves a blank in "Grü ße", and reads utf-8*de as Latin-1.
# Why it matters: what a mail contains is lost, and an answer to a group goes to addresses that are none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download racket=8.7+dfsg1-1 racket-common=8.7+dfsg1-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.rkt <<'RACKET'
#lang racket/base
(require net/head net/mime net/unihead)

(define-syntax-rule (attempt what expression)
  (printf "~a: ~a\n" what (with-handlers ([exn:fail? exn-message]) expression)))

(define (mail boundary name)
  (format
   (string-append "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"~a\"\r\n\r\n--~a\r\n\r\none\r\n"
                  "--~a\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=\"~a\"\r\n\r\ntwo\r\n--~a--\r\n")
   boundary boundary boundary name boundary))
(define (describe text)
  (define entity (message-entity (mime-analyze (open-input-string text))))
  (list (entity-params entity)
        (for/list ([part (entity-parts entity)])
          (define inner (message-entity part))
          (define body (open-output-string))
          ((entity-body inner) body)
          (list (disposition-filename (entity-disposition inner)) (get-output-string body)))))
(for ([names '(("bx" "xy.txt") ("b;x" "xy.txt") ("bx" "x;y.txt"))])
  (attempt (format "boundary ~a, file ~a" (car names) (cadr names)) (format "~s" (describe (apply mail names)))))
(for ([addresses '("\"Doe, Jo\" <jo@example.org>, b@example.org"
                   "team: a@example.org, b@example.org;"
                   "\"a\\\"b\" <jo@example.org>"
                   "\"jo x\"@example.org")])
  (attempt addresses (format "~s" (map (lambda (one) (list (car one) (cadr one))) (extract-addresses addresses 'all)))))
(for ([word '("=?utf-8?q?Gr=C3=BC=C3=9Fe?=" "=?utf-8?q?Gr=C3=BC?= =?utf-8?q?=C3=9Fe?=" "=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=")])
  (attempt word (format "~s" (decode-for-header word))))
RACKET
cat > find.py <<'PY'
import email.policy
import email.utils

MAIL = b"""Content-Type: multipart/mixed; boundary="b;x"

--b;x

one
--b;x
Content-Disposition: attachment; filename="x;y.txt"

two
--b;x--
"""
message = email.message_from_bytes(MAIL, policy=email.policy.default)
print("Python:", [(part.get_filename(), part.get_content().strip()) for part in message.iter_parts()])
header = email.policy.default.header_factory
for text in ("team: a@example.org, b@example.org;", r'"a\"b" <jo@example.org>', '"jo x"@example.org'):
    print("Python:", [(address.display_name, address.addr_spec) for address in header("To", text).addresses])
for text in ("=?utf-8?q?Gr=C3=BC?= =?utf-8?q?=C3=9Fe?=", "=?utf-8*de?q?Gr=C3=BC=C3=9Fe?="):
    print("Python:", header("Subject", text))
PY
{
    HOME=$work LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu LC_ALL=C.UTF-8 timeout 60 usr/bin/racket -X "$work/usr/share/racket/collects" \
        -S "$work/usr/share/racket/pkgs/net-lib" -G "$work/etc/racket" find.rkt
    PYTHONIOENCODING=utf-8 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
boundary bx, file xy.txt: ((("boundary" . "bx")) (("" "one") ("xy.txt" "two")))
boundary b;x, file xy.txt: ((("boundary" . "\"b") ("???" . "x\"")) (("" "")))
boundary bx, file x;y.txt: ((("boundary" . "bx")) (("" "one") ("\"x" "two")))
"Doe, Jo" <jo@example.org>, b@example.org: (("\"Doe, Jo\"" "jo@example.org") ("b@example.org" "b@example.org"))
team: a@example.org, b@example.org;: (("team: a@example.org" "team: a@example.org") ("b@example.org;" "b@example.org;"))
"a\"b" <jo@example.org>: (("\"a\\\"" "jo@example.org"))
"jo x"@example.org: extract-address: cannot parse address: "jo x"@example.org
=?utf-8?q?Gr=C3=BC=C3=9Fe?=: "Grüße"
=?utf-8?q?Gr=C3=BC?= =?utf-8?q?=C3=9Fe?=: "Grü ße"
=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=: "GrÃ¼Ã\u009Fe"
Python: [(None, 'one'), ('x;y.txt', 'two')]
Python: [('', 'a@example.org'), ('', 'b@example.org')]
Python: [('a"b', 'jo@example.org')]
Python: [('', '"jo x"@example.org')]
Python: Grüße
Python: Grüße
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
