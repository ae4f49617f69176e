#!/bin/bash
# siotls: the peer's close_notify raises RaggedEOF, as if the connection had been cut.
#
# Versions: siotls 0.0.5 (PyPI), Python 3.11 (siotls 0.0.5 needs it) with OpenSSL 3.0 as server.
# Expected: RFC 8446, section 6.1: close_notify tells a clean end from a truncation, and the receiver may go on sending. siotls has a
#   method for the other case, close_receiving_end(), to be called when TCP ends, and the exception RaggedEOF for it.
# Seen: receive_data() with a close_notify in it raises RaggedEOF "the connection was gracelessly closed", and the connection is failed:
#   send_data() raises TLSError. What came before it can still be read. Closing from its own side first works, and leaves the
#   other direction open.
# Why it matters: as a test peer it reports every correctly closed connection as cut, and cannot answer a half-closed one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check 'siotls[openssl]==0.0.5'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import ssl
import sys

import siotls.crypto
from siotls import RaggedEOF, TLSConfiguration, TLSConnection, TLSError

siotls.crypto.install("openssl")


class Pair:
    """A client of siotls and a server of ssl, connected in memory."""

    def __init__(self):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain("cert.pem", "key.pem")
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.server = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        self.client = TLSConnection(TLSConfiguration(side="client"), server_hostname="localhost")
        self.client.initiate_connection()
        for _ in range(3):
            self.incoming.write(self.client.data_to_send())
            try:
                self.server.do_handshake()
            except ssl.SSLWantReadError:
                pass
            self.deliver()
        assert self.client.is_post_handshake()

    def deliver(self):
        if data := self.outgoing.read():
            self.client.receive_data(data)


def name(call, *arguments):
    try:
        call(*arguments)
    except (RaggedEOF, TLSError) as error:
        return type(error).__name__
    return "fine"


pair = Pair()
pair.server.write(b"all of it")
try:
    pair.server.unwrap()
except ssl.SSLWantReadError:
    pass  # close_notify is out
first = [name(pair.deliver), bytes(pair.client.data_to_read()), name(pair.client.send_data, b"answer")]
print("the peer closes:", *first)

pair = Pair()
pair.client.close_sending_end()
pair.incoming.write(pair.client.data_to_send())
assert pair.server.read(1) == b""
pair.server.write(b"answer")
second = [name(pair.deliver), bytes(pair.client.data_to_read())]
print("siotls closes first:", *second)
sys.exit([first, second] != [["RaggedEOF", b"all of it", "TLSError"], ["fine", b"answer"]])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
