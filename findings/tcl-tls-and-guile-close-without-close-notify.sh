#!/bin/bash
# Tcl's tls and Guile's web client: closing a TLS channel or port ends the TCP connection, and sends no close_notify.
#
# Versions: Debian 12's tcl-tls 1.7.22 with Tcl 8.6, guile-3.0 3.0.8 with guile-gnutls 3.7.9; Lua 5.4 with LuaSec 1.2.0 for comparison, Python
#   3.11 as server. Wants `apt-get update` beforehand, and tclsh.
# Expected: RFC 8446, section 6.1 (and RFC 5246, section 7.2.1): each party MUST send close_notify before it closes its sending side, or the peer
#   cannot tell the end of the data from a truncation. Both have only one way to close: `close` of the channel that tls::socket returned, and
#   close-port of the port that open-socket-for-uri returned.
# Seen: behind the data the server gets a bare FIN, with TLS 1.2 and with TLS 1.3. After LuaSec's close() it gets close_notify.
# Why it matters: a server that takes truncation seriously, as it must where the end of the connection is the end of the data, gets no complete
#   upload from either, and logs an error for each connection.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download tcl-tls=1.7.22-3+b1 guile-gnutls=3.7.9-2+deb12u7 guile-3.0=3.0.8-2 guile-3.0-libs=3.0.8-2 libgc1=1:8.2.2-3 \
    lua5.4=5.4.4-3+deb12u1 lua-sec=1.2.0-2 lua-socket=3.1.0-1+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > client.tcl <<'TCL'
lappend auto_path usr/lib/tcltk/x86_64-linux-gnu
package require -exact tls 1.7.22
set channel [tls::socket -cafile cert.pem -require 1 localhost [lindex $argv 0]]
fconfigure $channel -translation binary
tls::handshake $channel
puts -nonewline $channel request
close $channel
TCL
cat > client.scm <<'SCM'
(use-modules (web client) (web uri) (ice-9 binary-ports))
(let ((port (open-socket-for-uri (string->uri (string-append "https://localhost:" (cadr (command-line)) "/")) #:verify-certificate? #f)))
  (display "request" port)
  (force-output port)
  (close-port port))
SCM
cat > client.lua <<'LUA'
local socket = require("socket")
local ssl = require("ssl")
local connection = assert(socket.connect("localhost", arg[1]))
connection = assert(ssl.wrap(connection, { mode = "client", protocol = "any", cafile = "cert.pem", verify = "peer" }))
assert(connection:dohandshake())
connection:send("request")
connection:close()
LUA
cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys

BASE = os.getcwd() + "/usr"
ARCH = BASE + "/lib/x86_64-linux-gnu"
CLIENTS = {
    "Tcl": ["tclsh", "client.tcl"],
    "Guile": ["usr/bin/guile-3.0", "client.scm"],
    "LuaSec": ["usr/bin/lua5.4", "client.lua"],
}
ENVIRONMENT = {
    **os.environ,
    "LD_LIBRARY_PATH": ARCH,
    "GUILE_LOAD_PATH": f"{BASE}/share/guile/3.0:{BASE}/share/guile/site/3.0",
    "GUILE_LOAD_COMPILED_PATH": f"{ARCH}/guile/3.0/ccache:{ARCH}/guile/3.0/site-ccache",
    "GUILE_EXTENSIONS_PATH": f"{ARCH}/guile/3.0/extensions",
    "GUILE_AUTO_COMPILE": "0",
    "LUA_PATH": f"{BASE}/share/lua/5.4/?.lua;{BASE}/share/lua/5.4/?/init.lua;;",
    "LUA_CPATH": f"{ARCH}/lua/5.4/?.so;;",
}


def ending(version, client):
    """How what the client sends comes to its end."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    context.maximum_version = version
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    context.num_tickets = 0
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        command = [*CLIENTS[client], str(listener.getsockname()[1])]
        process = subprocess.Popen(command, env=ENVIRONMENT, stdout=sys.stderr)
        sock, _ = listener.accept()
    sock.settimeout(10)
    with context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=False) as tls:
        received = b""
        try:
            while piece := tls.recv(100):
                received += piece
            result = "close_notify"
        except ssl.SSLEOFError:
            result = "bare FIN"
        assert received == b"request", received
    assert process.wait(20) == 0
    return result


as_stated = True
for client in CLIENTS:
    seen = [ending(version, client) for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)]
    print("{}: TLS 1.2 {}, TLS 1.3 {}".format(client, *seen))
    as_stated &= seen == ["close_notify" if client == "LuaSec" else "bare FIN"] * 2
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
