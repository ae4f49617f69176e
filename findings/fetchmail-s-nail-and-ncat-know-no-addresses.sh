#!/bin/bash
# fetchmail, s-nail and ncat: a server's certificate that names its IP address does not match that address.
#
# Versions: Debian 12's fetchmail 6.4.37, s-nail 14.9.24, ncat 7.93; mpop 1.4.18 and Python 3.11 as the others. Wants `apt-get update` beforehand.
# Expected: RFC 9525, sections 3 and 6.4 (and RFC 2818, section 3.1, before): a client that was given an IP address compares it with the names of type
#   iPAddress, octet by octet (RFC 5280, section 4.2.1.6).
# Seen: a trusted certificate has DNS:localhost and IP:127.0.0.1. With localhost all connect; with 127.0.0.1 fetchmail ends in "certificate
#   verify failed", s-nail in "TLS certificate does not match: 127.0.0.1", ncat in "Certificate verification error". mpop, which asks the
#   same server for the same mail, has no complaint, and neither has Python.
# Why it matters: a mail server that a container or a tunnel has at 127.0.0.1 cannot be verified by that address, although all is there to do
#   so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download fetchmail=6.4.37-1 s-nail=14.9.24-2 ncat=7.93+dfsg1-1 liblua5.3-0=5.3.6-2 libpcap0.8=1.10.3-1 mpop=1.4.18-1 \
    libgsasl18=2.2.0-1+deb12u2 libgssglue1=0.7-1.1 libidn12=1.41-1 libntlm0=1.6-4 libsecret-1-0=0.20.5-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import os
import poplib
import socket
import ssl
import subprocess
import sys
import threading

ENVIRONMENT = {**os.environ, "HOME": os.getcwd(), "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu"}
CLIENTS = {
    "fetchmail": "usr/bin/fetchmail -f fetchmailrc --nosyslog -v",
    "s-nail": "usr/bin/s-nail -Sv15-compat -n -Stls-ca-file=cert.pem -Spop3-auth=plain -f pop3s://user:password@HOST:PORT",
    "ncat": "usr/bin/ncat --ssl-verify --ssl-trustfile cert.pem -i 2 HOST PORT",
    "mpop": "usr/bin/mpop --host=HOST --port=PORT --tls=on --tls-starttls=off --tls-trust-file=cert.pem --user=user --auth=user --keep=on "
    "--delivery=mbox,mbox --uidls-file=uidls",
}
ERRORS = {
    "fetchmail": "certificate verify failed",
    "s-nail": "TLS certificate does not match: 127.0.0.1",
    "ncat": "Certificate verification error",
}
ANSWERS = {
    b"CAPA": b"+OK\r\nUSER\r\nUIDL\r\n.\r\n",
    b"STAT": b"+OK 0 0\r\n",
    b"LIST": b"+OK\r\n.\r\n",
    b"UIDL": b"+OK\r\n.\r\n",
}


def converse(context, sock):
    sock.settimeout(10)
    try:
        with context.wrap_socket(sock, server_side=True) as tls:
            tls.sendall(b"+OK ready\r\n")
            for line in tls.makefile("rb"):
                tls.sendall(ANSWERS.get(line[:4].upper(), b"+OK\r\n"))
    except OSError:
        sock.close()


def serve(listener):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    while True:
        threading.Thread(target=converse, args=(context, listener.accept()[0]), daemon=True).start()


def ask(client, host, port):
    if client == "Python":
        context = ssl.create_default_context(cafile="cert.pem")
        return "connects" if poplib.POP3_SSL(host, port, context=context, timeout=10).getwelcome() == b"+OK ready" else "fails"
    with open("fetchmailrc", "w") as file:
        os.chmod("fetchmailrc", 0o600)
        file.write(
            f"poll {host} protocol pop3 port {port} auth password username user password password ssl sslcertck "
            f"sslcertfile {os.getcwd()}/cert.pem mda /bin/true keep\n"
        )
    command = CLIENTS[client].replace("HOST", host).replace("PORT", str(port)).split()
    if client == "mpop":
        command.append("--passwordeval=echo password")
    result = subprocess.run(command, env=ENVIRONMENT, input="quit\n", capture_output=True, text=True, timeout=30)
    output = result.stdout + result.stderr
    error = ERRORS.get(client)
    return error if error and error in output else "connects" if "verif" not in output and "+OK" in output or not result.returncode else output


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = listener.getsockname()[1]
as_stated = True
for client in (*CLIENTS, "Python"):
    seen = ask(client, "localhost", port), ask(client, "127.0.0.1", port)
    print("{}: localhost {}; 127.0.0.1 {}".format(client, *seen))
    as_stated &= seen == ("connects", ERRORS.get(client, "connects"))
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
