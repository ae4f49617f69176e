#!/bin/bash
# zappix: encrypted and with a timeout it cannot wait for the server, and a compressed answer that has arrived in full ends in an error.
#
# Versions: zappix 1.2.3, pyOpenSSL 26.4.0 (PyPI), Python 3.11.
# Expected: the documentation of Zabbix's protocol ("Header"): four octets of data length, and four that are reserved, which hold the size before
#   compression if the answer is compressed. zappix's documentation: set_timeout(), "timeout for the network connection"; set_psk_encryption();
#   compress. TLS is a stream, in which records mean nothing (RFC 8446, section 5.1).
# Seen: with a timeout and a pre-shared key, send_value() raises WantReadError during the handshake, if the server takes a third of a second: a socket
#   with a timeout does not block, and nobody waits. The server sees no value. Without the timeout it works. With compression it reads the length from
#   eight octets, so that it waits for some hundred gigabytes more: the answer, read in full, ends in SSL.ZeroReturnError when the server says
#   close_notify, and without encryption in the right result. If the first five octets of an answer are a record of their own, it raises struct.error.
# Why it matters: encryption works as long as one does not limit how long it may take. A sender that gets an error sends the value again, although the
#   server has stored it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check zappix==1.2.3 pyopenssl==26.4.0 cryptography==50.0.2 pyopenssl-psk==1.0.0 openssl-psk==0.1.1

cat > find.py <<'PY'
import logging
import socket
import struct
import sys
import threading
import time
import warnings
import zlib

warnings.simplefilter("ignore")
from OpenSSL import SSL  # noqa: E402
from openssl_psk import patch_context  # noqa: E402
from zappix.sender import Sender  # noqa: E402

logging.disable(logging.CRITICAL)
patch_context()
KEY = "00112233445566778899aabbccddeeff"
ANSWER = b'{"response":"success","info":"processed: 1; failed: 0; total: 1; seconds spent: 0.000055"}'
values = []


def packet(compressed):
    if not compressed:
        return b"ZBXD\x01" + struct.pack("<II", len(ANSWER), 0) + ANSWER
    data = zlib.compress(ANSWER)
    return b"ZBXD\x03" + struct.pack("<II", len(data), len(ANSWER)) + data


def serve(listener, encrypted, records):
    sock, _ = listener.accept()
    time.sleep(0.3)  # as far away as a server may be
    if encrypted:
        context = SSL.Context(SSL.TLSv1_2_METHOD)
        context.set_cipher_list(b"PSK")
        context.set_psk_server_callback(lambda connection, identity: bytes.fromhex(KEY))
        sock = SSL.Connection(context, sock)
        sock.set_accept_state()
    try:
        values.append(sock.recv(1000)[:4])
        for record in records:
            sock.sendall(record)
            time.sleep(0.3)
        if encrypted:
            sock.shutdown()
    except SSL.Error:
        values.append(b"")
    finally:
        sock.close()


def send(what, expected, encrypted=True, timeout=None, compressed=False, split=False):
    values.clear()
    answer = packet(compressed)
    records = [answer[:5], answer[5:]] if split else [answer]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, args=(listener, encrypted, records))
        server.start()
        sender = Sender("127.0.0.1", listener.getsockname()[1])
        if timeout is not None:
            sender.set_timeout(timeout)
        if encrypted:
            sender.set_psk_encryption("identity", KEY)
        sender.compress = compressed
        try:
            result = sender.send_value("host", "key", "value").response
        except Exception as error:
            result = type(error).__name__
        server.join()
    print(f"{what}: {result}; the server got {values}")
    return (result, values[0] == b"ZBXD") == expected


seen = [
    send("encrypted", ("success", True)),
    send("encrypted, with a timeout", ("WantReadError", False), timeout=10),
    send("with a timeout", ("success", True), timeout=10, encrypted=False),
    send("compressed", ("success", True), encrypted=False, compressed=True),
    send("encrypted and compressed", ("ZeroReturnError", True), compressed=True),
    send("encrypted, in two records", ("error", True), split=True),
]
sys.exit(not all(seen))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
