#!/bin/bash
# Racket's net/imap: a folder called 2024 is a number, and so an error; a password with a backslash is another one, and a server must not write ":)".
#
# Versions: Racket 8.7 (Debian 12: racket and racket-common 8.7+dfsg1-1), Python 3.11 as the server. Wants `apt-get update` beforehand.
# Expected: RFC 3501, section 9: a mailbox in LIST is an astring, and 2024 is one, as is a quoted string with \" and \\ in it; "\" in a quoted string
#   that the client sends must be written twice. Section 7.1: behind OK stands text for people. The manual: imap-list-child-mailboxes gives lists of
#   flags and of a name, which is a byte string.
# Seen: with a folder 2024 imap-list-child-mailboxes "broke its own contract", as it gives a number, and for the children of Work it raises "bytes=?:
#   contract violation". Of the folder a "b" the name is a \, and the rest is lost. The password pa\ss is sent as "pa\ss", which means pass to one
#   server and is an error for another. The answer "OK Welcome back :)" to the login raises "imap-read: unexpected close parenthesis".
# Why it matters: many name their folders by the year; and such a greeting, or password, keeps a user out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download racket=8.7+dfsg1-1 racket-common=8.7+dfsg1-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.rkt <<'RACKET'
#lang racket/base
(require net/imap openssl)

(define port (string->number (vector-ref (current-command-line-arguments) 0)))
(define context (ssl-make-client-context 'auto))
(ssl-load-verify-root-certificates! context "cert.pem")
(ssl-set-verify! context #t)

(define (connect user password)
  (define-values (in out) (ssl-connect "localhost" port context))
  (define-values (imap messages recent) (imap-connect* in out user password "INBOX"))
  imap)
(define-syntax-rule (attempt what expression)
  (printf "~a: ~s\n" what (with-handlers ([exn:fail? (lambda (error) (car (regexp-match #rx"^[^\n]*" (exn-message error))))]) expression)))

(attempt "folders INBOX, Work" (imap-list-child-mailboxes (connect "plain" "secret") #f))
(attempt "folder 2024" (imap-list-child-mailboxes (connect "year" "secret") #f))
(attempt "folder 2024 in Work" (imap-list-child-mailboxes (connect "year" "secret") "Work"))
(attempt "folder a \"b\"" (imap-list-child-mailboxes (connect "quotes" "secret") #f))
(attempt "password with a backslash" (imap-connection? (connect "user" "pa\\ss")))
(attempt "user jo" (imap-connection? (connect "jo" "secret")))
RACKET
cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import threading

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
FOLDERS = {b"plain": (b"INBOX", b"Work"), b"year": (b"2024",), b"quotes": (b'"a \\"b\\""',)}
said = []


def converse(sock):
    with context.wrap_socket(sock, server_side=True) as tls, tls.makefile("rb") as lines:
        tls.settimeout(10)
        tls.sendall(b"* OK Hello\r\n")
        while line := lines.readline():
            tag, command, *words = line.strip().split()
            data, text = b"", b"Done"
            if command == b"LOGIN":
                user = words[0]
                said.append(line.strip().decode().partition(" ")[2])
                text = b"Welcome back :)" if user == b"jo" else b"Welcome"
            elif command == b"LIST":
                data = b"".join(b'* LIST () "/" %s\r\n' % name for name in FOLDERS[user])
            elif command == b"SELECT":
                data = b"* 1 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 1] Fine\r\n"
            tls.sendall(data + tag + b" OK " + text + b"\r\n")


def serve(listener):
    while True:
        threading.Thread(target=converse, args=(listener.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
here = os.getcwd()
command = ["usr/bin/racket", "-X", f"{here}/usr/share/racket/collects", "-S", f"{here}/usr/share/racket/pkgs/net-lib", "-G", f"{here}/etc/racket"]
environment = {**os.environ, "HOME": here, "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu", "LC_ALL": "C.UTF-8"}
result = subprocess.run(
    [*command, "find.rkt", str(listener.getsockname()[1])], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
)
print(result.stdout, *said, sep="\n")
PY
timeout 90 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
folders INBOX, Work: ((() #"INBOX") (() #"Work"))
folder 2024: "imap-list-child-mailboxes: broke its own contract"
folder 2024 in Work: "bytes=?: contract violation"
folder a "b": ((() #"a \\"))
password with a backslash: #t
user jo: "imap-read: unexpected close parenthesis"

LOGIN plain secret
LOGIN year secret
LOGIN year secret
LOGIN quotes secret
LOGIN user "pa\ss"
LOGIN jo secret
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
