#!/bin/bash
# pyOpenSSL: stapled bytes that OpenSSL cannot parse arrive at the client as b"", the sign for "none was stapled".
#
# Versions: pyOpenSSL 26.4.0, cryptography 50.0.2 (with OpenSSL 4.0), trustme 1.2.1 (PyPI), Python 3.11.
# Expected: the documentation of Context.set_ocsp_server_callback() says that the callback "must return a bytestring that
#   contains the OCSP data to staple to the handshake", and that of set_ocsp_client_callback() that the callback gets
#   the stapled assertion. What the server staples should arrive, or somebody should be told.
# Seen: a DER structure arrives as it was sent; anything else is dropped without an error on either side, and the client
#   is told the same as if nothing had been stapled. The handshake succeeds in both cases.
# Why it matters: a PEM file in the place of a DER one, a likely slip, makes stapling stop for every client, and neither the
#   server's log nor the client's says so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyopenssl==26.4.0 cryptography==50.0.2 trustme==1.2.1
venv/bin/python -m trustme --identities localhost --quiet

cat > find.py <<'PY'
import base64
import sys

from OpenSSL import SSL


def staple(payload):
    """What the client's callback gets when the server staples `payload`."""
    server_context = SSL.Context(SSL.TLS_METHOD)
    server_context.use_certificate_file("server.pem")
    server_context.use_privatekey_file("server.key")
    server_context.set_ocsp_server_callback(lambda connection, data: payload)
    received = []
    client_context = SSL.Context(SSL.TLS_METHOD)
    client_context.set_ocsp_client_callback(lambda connection, data, _: received.append(data) or True)
    client, server = SSL.Connection(client_context), SSL.Connection(server_context)
    client.set_connect_state()
    client.request_ocsp()
    server.set_accept_state()
    for _ in range(4):
        for source, sink in ((client, server), (server, client)):
            try:
                source.do_handshake()
            except SSL.WantReadError:
                pass
            try:
                sink.bio_write(source.bio_read(65536))
            except SSL.WantReadError:
                pass
    assert client.get_state_string() == b"SSL negotiation finished successfully"
    return received


# OCSPResponse with responseStatus tryLater (RFC 6960, section 4.2.1): the smallest valid one.
der = b"\x30\x03\x0a\x01\x03"
pem = b"-----BEGIN OCSP RESPONSE-----\n" + base64.b64encode(der) + b"\n-----END OCSP RESPONSE-----\n"
seen = {name: staple(payload) for name, payload in (("DER", der), ("PEM", pem), ("nothing", b""))}
for name, received in seen.items():
    print(f"server staples {name}: client's callback gets {received}")
sys.exit(seen != {"DER": [der], "PEM": [b""], "nothing": [b""]})
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
