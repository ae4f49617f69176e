#!/bin/bash
# fizzpy (Facebook's Fizz): the ClientHello has its key shares in another order than its groups.
#
# Versions: fizzpy 0.4.0 and tlslite-ng 0.8.2 (PyPI), Python 3.11.
# Expected: RFC 8446, section 4.2.8: each key share belongs to a group in supported_groups and "MUST appear in the same order".
# Seen: by default fizzpy offers the groups X25519MLKEM768, x25519 and shares for x25519, X25519MLKEM768. OpenSSL takes no notice;
#   tlslite-ng refuses with illegal_parameter, as the RFC lets it. With the groups the other way round the orders agree, and
#   tlslite-ng accepts.
# Why it matters: whether such a client gets a connection depends on how exactly the server reads a rule that nothing else tests.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check fizzpy==0.4.0 tlslite-ng==0.8.2 pycryptodome
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import socket
import ssl
import sys
import threading

import fizzpy
from tlslite.api import TLSConnection, X509CertChain, parsePEMKey
from tlslite.constants import ExtensionType, GroupName
from tlslite.messages import ClientHello
from tlslite.utils.codec import Parser

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def by_tlslite(sock):
    chain = X509CertChain()
    chain.parsePemList(open("cert.pem").read())
    tls = TLSConnection(sock)
    key = parsePEMKey(open("key.pem").read(), private=True)
    tls.handshakeServer(certChain=chain, privateKey=key, alpn=[bytearray(b"http/1.1")])
    return tls


def by_openssl(sock):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    return context.wrap_socket(sock, server_side=True)


def get(groups, handshake):
    """The names of groups and key shares, and what comes of a request."""
    listener = socket.create_server(("127.0.0.1", 0))
    hello = []

    def serve():
        sock, _ = listener.accept()
        with sock:
            sock.settimeout(10)
            head = sock.recv(5, socket.MSG_PEEK | socket.MSG_WAITALL)
            length = 5 + int.from_bytes(head[3:])
            parser = Parser(bytearray(sock.recv(length, socket.MSG_PEEK | socket.MSG_WAITALL)[5:]))
            parser.get(1)
            hello.append(ClientHello().parse(parser))
            try:
                tls = handshake(sock)
                tls.recv(65536)
                tls.send(ANSWER)
                tls.close()
            except Exception:
                pass  # the client is asked what it makes of it

    thread = threading.Thread(target=serve)
    thread.start()
    client = fizzpy.Client(cafile="cert.pem", timeout=10, **groups)
    try:
        result = str(client.get(f"https://localhost:{listener.getsockname()[1]}/").status_code)
    except ConnectionError as error:
        result = "illegal_parameter" if "illegal_parameter" in str(error) else str(error)
    thread.join()
    offered = hello[0].getExtension(ExtensionType.supported_groups).groups
    shares = [share.group for share in hello[0].getExtension(ExtensionType.key_share).client_shares]
    return [GroupName.toStr(g) for g in offered], [GroupName.toStr(g) for g in shares], result


def check(name, groups, handshake):
    offered, shares, result = get(groups, handshake)
    print(f"{name}: groups {offered}, shares {shares}; {handshake.__name__}: {result}")
    return offered == shares, result


turned = {"groups": [fizzpy.NamedGroup.x25519, fizzpy.NamedGroup.x25519_mlkem768]}
seen = [
    check("default", {}, by_openssl),
    check("default", {}, by_tlslite),
    check("turned round", turned, by_tlslite),
]
sys.exit(seen != [(False, "200"), (False, "illegal_parameter"), (True, "200")])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
