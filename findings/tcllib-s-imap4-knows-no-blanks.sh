#!/bin/bash
# tcllib's imap4: a password or folder with a blank becomes two words, folder names come with quotation marks, and without -inline there are none.
#
# Versions: tcllib 1.21 (its imap4 0.5.3), tcl-tls 1.7.22 (Debian 12: tcllib 1.21+dfsg-1, tcl-tls 1.7.22-3+b1), Tcl 8.6, Python 3.11 as server. Wants
#   `apt-get update` beforehand, and tclsh.
# Expected: RFC 3501, sections 6.2.3, 6.3.1 and 9: user name, password and mailbox are an astring: an atom, which has no blanks, quotes or
#   backslashes, a quoted string or a literal; the marks of a quoted string are no part of it. Section 6.3.8: LIST "" "" asks for the delimiter, LIST
#   "" "*" for all. The manual of folders: "mboxname, defaults to "*"".
# Seen: "LOGIN user se cret" and "SELECT Old Mails" are sent as they are, and a server that counts arguments, as all do, answers BAD, which is raised
#   or, at the login, printed. folders with -inline has the names INBOX, "Old Mails" and "a \"b\"", in quotation marks and escaped. Without -inline it
#   sends LIST "" "", and folderinfo has one folder, which is "". search, unlike these, sends a text with a blank as a literal.
# Why it matters: "Sent Items" and "Deleted Items" are the folders of the most common servers, and passphrases have blanks.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download tcllib=1.21+dfsg-1 tcl-tls=1.7.22-3+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.tcl <<'TCL'
lappend auto_path usr/share/tcltk/tcllib1.21 usr/lib/tcltk/x86_64-linux-gnu
package require tls
package require imap4
set ::imap4::use_ssl 1
proc connect {password} {
    set chan [::imap4::open localhost [lindex $::argv 0]]
    puts "login: status [::imap4::login $chan user $password]"
    return $chan
}
proc show {what script} {
    catch {uplevel #0 $script} result
    puts "$what: $result"
}
show "password of two words" {connect "se cret"}
set chan [connect secret]
show "select INBOX" {::imap4::select $chan INBOX}
show "search" {::imap4::search $chan SUBJECT "two words"}
show "folders -inline" {::imap4::folders $chan -inline}
show "folders" {::imap4::folders $chan}
show "folderinfo names" {::imap4::folderinfo $chan names}
::imap4::close $chan
show "select Old Mails" {::imap4::select $chan "Old Mails"}
TCL
cat > find.py <<'PY'
import re
import socket
import ssl
import subprocess
import threading

# How many arguments each command has.
COMMANDS = {b"LOGIN": 2, b"SELECT": 1, b"LIST": 2, b"SEARCH": 2, b"CLOSE": 0, b"CAPABILITY": 0, b"LOGOUT": 0}
ARGUMENT = rb'"(?:[^"\\]|\\.)*"|\{\d+\}\r\n|[^ "(){\r\n\\]+'
FOLDERS = rb"""* LIST () "/" INBOX
* LIST () "/" "Old Mails"
* LIST () "/" "a \"b\""
"""
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
said = []


def converse(sock):
    with context.wrap_socket(sock, server_side=True) as tls, tls.makefile("rb") as lines:
        tls.settimeout(10)
        tls.sendall(b"* OK Hello\r\n")
        while line := lines.readline():
            said.append(line.strip().decode())
            tag, command, *_ = line.split()
            words = re.fullmatch(rb"\S+ \w+((?: (?:%s))*)(?:\r\n)?" % ARGUMENT, line)
            if literal := re.search(rb"\{(\d+)\}\r\n$", line):
                tls.sendall(b"+ Go on\r\n")
                said.append(lines.read(int(literal[1])).decode())
                lines.readline()
            count = len(re.findall(ARGUMENT, words[1])) if words else -1
            data = b""
            if count != COMMANDS[command.upper()]:
                tls.sendall(tag + b" BAD Invalid arguments\r\n")
                continue
            if command == b"LIST":
                data = FOLDERS.replace(b"\n", b"\r\n") if b"*" in line else b'* LIST (\\Noselect) "/" ""\r\n'
            elif command == b"SELECT":
                data = b"* 1 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n"
            elif command == b"SEARCH":
                data = b"* SEARCH 1\r\n"
            tls.sendall(data + tag + b" OK Done\r\n")


def serve(listener):
    while True:
        sock, _ = listener.accept()
        try:
            converse(sock)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
command = ["tclsh", "find.tcl", str(listener.getsockname()[1])]
result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
print(result.stdout, *said, sep="\n")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
password of two words: IMAP error: 1 BAD Invalid arguments
login: status 0
select INBOX: 0
search: 0
folders -inline: {INBOX {}} {{"Old Mails"} {}} {{"a \"b\""} {}}
folders: 0
folderinfo names: {""}
select Old Mails: IMAP error: 7 BAD Invalid arguments

1 LOGIN user se cret
1 LOGIN user secret
2 SELECT INBOX
3 SEARCH SUBJECT {9}
two words
4 LIST "" "*"
5 LIST "" ""
6 CLOSE
7 SELECT Old Mails
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
