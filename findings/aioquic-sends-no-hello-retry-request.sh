#!/bin/bash
# aioquic: a client that offers a group which the server supports is refused when it has guessed another one for its key share.
#
# Versions: aioquic 1.7.2, qh3 2.1.0, trustme 1.2.1 (PyPI), Python 3.11 with OpenSSL 3.0, whose ClientHello is used.
# Expected: RFC 8446, sections 4.1.1 and 4.1.4: a server that selects a group for which the client has sent no share MUST answer with a
#   HelloRetryRequest. RFC 9001, section 4.7, has it for QUIC too.
# Seen: the client's groups are P-521 and x25519, its share is for the first. OpenSSL as a server with x25519 alone asks for a share for that
#   group. aioquic, which has x25519 and not P-521, raises AlertHandshakeFailure "No supported key share". qh3, which descends from it, has
#   both and accepts the first. With the groups the other way round aioquic accepts.
# Why it matters: whether a client gets a connection depends on the order of its preferences. Nothing is wrong with either side's list, and
#   handshake_failure (40) means that no parameters are shared.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aioquic==1.7.2 qh3==2.1.0 trustme==1.2.1
venv/bin/python -m trustme --identities localhost --quiet
for groups in P-521:X25519 X25519:P-521; do
    printf 'openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = defaults\n[defaults]\nGroups = %s\n' \
        $groups > ${groups%:*}.cnf
done

cat > hello.py <<'PY'
import ssl

outgoing = ssl.MemoryBIO()
client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
try:
    client.do_handshake()
except ssl.SSLWantReadError:
    print(outgoing.read().hex())
PY
cat > find.py <<'PY'
import hashlib
import importlib
import os
import ssl
import subprocess
import sys

RETRY = hashlib.sha256(b"HelloRetryRequest").digest()  # RFC 8446, section 4.1.3


def by_openssl(record):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("server.pem", "server.key")
    context.set_ecdh_curve("X25519")
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    incoming.write(record)
    try:
        context.wrap_bio(incoming, outgoing, server_side=True).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return "HelloRetryRequest" if outgoing.read()[11:43] == RETRY else "ServerHello"


def by_quic(library, buffer, record):
    tls = importlib.import_module(library + ".tls")
    configuration = importlib.import_module(library + ".quic.configuration").QuicConfiguration(is_client=False)
    configuration.load_cert_chain("server.pem", "server.key")
    server = tls.Context(is_client=False)
    server.certificate, server.certificate_private_key = configuration.certificate, configuration.private_key
    output = {epoch: importlib.import_module(buffer).Buffer(capacity=8192) for epoch in tls.Epoch}
    try:
        server.handle_message(record[5:], output)
    except tls.Alert as error:
        return f"{type(error).__name__}: {error}"
    return "HelloRetryRequest" if output[tls.Epoch.INITIAL].data[6:38] == RETRY else "ServerHello"


seen = {}
for first in ("P-521", "X25519"):
    command = [sys.executable, "hello.py"]
    environment = {**os.environ, "OPENSSL_CONF": first + ".cnf"}
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    record = bytes.fromhex(output)
    seen[first] = (
        by_openssl(record),
        by_quic("aioquic", "aioquic.buffer", record),
        by_quic("qh3", "qh3._hazmat", record),
    )
    print("share for {}: OpenSSL {}, aioquic {}, qh3 {}".format(first, *seen[first]))
expected = {
    "P-521": ("HelloRetryRequest", "AlertHandshakeFailure: No supported key share", "ServerHello"),
    "X25519": ("ServerHello", "ServerHello", "ServerHello"),
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
