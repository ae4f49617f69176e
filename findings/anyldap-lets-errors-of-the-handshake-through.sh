#!/bin/bash
# anyldap: what goes wrong in a TLS handshake raises errors that are no LDAPError, and the connection that reconnects does not.
#
# Versions: anyldap 0.2.0, anyio 4.16.0 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate.
# Expected: its documentation: anyldap.ldap is python-ldap's module made async. There every error is an LDAPError, SERVER_DOWN ("can't contact LDAP
#   server") if the server cannot be reached and CONNECT_ERROR if StartTLS fails. ReconnectLDAPObject tries an operation again that failed with
#   SERVER_DOWN.
# Seen: a server that closes the connection during the handshake, as one that restarts does, gives SERVER_DOWN over ldap://, and anyio's EndOfStream
#   over ldaps:// and behind StartTLS. A certificate that is not trusted is SERVER_DOWN over ldaps://, and ssl's SSLCertVerificationError behind
#   StartTLS. ReconnectLDAPObject binds at its second attempt to a server that is there again, over ldap://; over ldaps:// it makes none.
# Why it matters: code that was written for python-ldap catches ldap.LDAPError, and stops at the others. The class that is there for restarts
#   does nothing for the connections that production uses.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check anyldap==0.2.0 anyio==4.16.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import socket
import ssl
import sys
import threading

import anyio
from anyldap import ldap

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
STARTTLS, BIND = b"\x78", b"\x61"


def success(sock, kind):
    """Read a request, and answer that it has succeeded."""
    request = sock.recv(1000)
    if request:
        sock.sendall(b"\x30\x0c\x02\x01" + request[4:5] + kind + b"\x07\x0a\x01\x00\x04\x00\x04\x00")
    return request


def close(sock):
    sock.recv(1000)


def answer(sock):
    while success(sock, BIND):
        pass


def answer_in_tls(sock):
    with context.wrap_socket(sock, server_side=True) as sock:
        answer(sock)


def starttls_and_close(sock):
    success(sock, STARTTLS)
    sock.recv(1000)


def starttls(sock):
    success(sock, STARTTLS)
    answer_in_tls(sock)


def serve(*behaviours):
    """The port of a server that treats its connections so, one after the other."""

    def run():
        for behaviour in behaviours:
            sock = listener.accept()[0]
            try:
                behaviour(sock)
            except OSError:
                pass
            sock.close()

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    threading.Thread(target=run, daemon=True).start()
    return listener.getsockname()[1]


async def bind(scheme, *behaviours, trust=True, starttls=False, make=ldap.initialize):
    client_context = ssl.create_default_context(cafile="cert.pem" if trust else None)
    client_context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # set by some versions of Python 3.11
    async with make(f"{scheme}://localhost:{serve(*behaviours)}", ssl_context=client_context) as connection:
        try:
            if starttls:
                await connection.start_tls_s()
            await connection.simple_bind_s("cn=somebody,dc=example,dc=org", "secret")
        except Exception as error:
            return type(error).__name__, isinstance(error, ldap.LDAPError)
    return "bound", None


def again(uri, ssl_context):
    return ldap.ldapobject.ReconnectLDAPObject(uri, ssl_context=ssl_context, retry_max=3, retry_delay=0.2)


async def main():
    return {
        "ldap, sound": await bind("ldap", answer),
        "ldaps, sound": await bind("ldaps", answer_in_tls),
        "StartTLS, sound": await bind("ldap", starttls, starttls=True),
        "ldap, closed": await bind("ldap", close),
        "ldaps, closed": await bind("ldaps", close),
        "StartTLS, closed": await bind("ldap", starttls_and_close, starttls=True),
        "ldaps, untrusted": await bind("ldaps", answer_in_tls, trust=False),
        "StartTLS, untrusted": await bind("ldap", starttls, starttls=True, trust=False),
        "ldap, closed once, reconnecting": await bind("ldap", close, answer, make=again),
        "ldaps, closed once, reconnecting": await bind("ldaps", close, answer_in_tls, make=again),
    }


seen = anyio.run(main)
for what, (how, ldap_error) in seen.items():
    print(f"{what}:", how, "" if ldap_error is None else "(an LDAPError)" if ldap_error else "(no LDAPError)")
bound = ("bound", None)
sys.exit(
    list(seen.values())
    != [
        *[bound] * 3,
        ("SERVER_DOWN", True),
        ("EndOfStream", False),
        ("EndOfStream", False),
        ("SERVER_DOWN", True),
        ("SSLCertVerificationError", False),
        bound,
        ("EndOfStream", False),
    ]
)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
