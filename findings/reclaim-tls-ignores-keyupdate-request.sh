#!/bin/bash
# @reclaimprotocol/tls: a server that asks for a KeyUpdate never gets one.
#
# Versions: @reclaimprotocol/tls 0.1.2 (npm) on Node.js; tlslite-ng 0.8.2 (PyPI) as server, Python 3.11.
# Expected: RFC 8446, section 4.6.3: whoever receives a KeyUpdate with update_requested has to send one of its own, with
#   update_not_requested, before its next application data.
# Seen: the library takes the server's new keys into use, and sends its next application data with its old ones; no KeyUpdate comes. It
#   can send one (updateTrafficKeys()), but does not look at whether one is asked for. Python's ssl as client answers.
# Why it matters: a server asks for an update in order to limit how much is encrypted with one key. With this client the limit
#   is not kept, and nobody is told.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @reclaimprotocol/tls@0.1.2 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check tlslite-ng==0.8.2 pycryptodome
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > client.mjs <<'JS'
// Sends "hello", and "again" for whatever it receives, until the server closes.
import { connect } from "net";
import { makeTLSClient, setCryptoImplementation } from "@reclaimprotocol/tls";
import { webcryptoCrypto } from "@reclaimprotocol/tls/webcrypto";

setCryptoImplementation(webcryptoCrypto);
const socket = connect(+process.argv[2], "127.0.0.1");
const tls = makeTLSClient({
  host: "localhost",
  verifyServerCertificate: false,
  async write({ header, content }) {
    socket.write(header);
    socket.write(content);
  },
  onHandshake: () => tls.write(Buffer.from("hello")),
  onApplicationData: () => tls.write(Buffer.from("again")),
});
socket.on("data", (data) => tls.handleReceivedBytes(data));
socket.on("close", () => process.exit());
socket.on("error", () => process.exit());
socket.on("connect", () => tls.startHandshake());
JS
cat > find.py <<'PY'
import socket
import ssl
import subprocess
import sys
import threading

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.constants import KeyUpdateMessageType


def serve(listener):
    """What a client sends behind a request for a KeyUpdate: its data, and whether its keys changed before."""
    chain = X509CertChain()
    chain.parsePemList(open("cert.pem").read())
    settings = HandshakeSettings()
    settings.minVersion = (3, 4)
    sock, _ = listener.accept()
    with sock:
        sock.settimeout(20)
        tls = TLSConnection(sock)
        key = parsePEMKey(open("key.pem").read(), private=True)
        tls.handshakeServer(certChain=chain, privateKey=key, settings=settings)
        assert bytes(tls.recv(100)) == b"hello"
        before = bytes(tls.session.cl_app_secret)
        for _ in tls.send_keyupdate_request(KeyUpdateMessageType.update_requested):
            pass
        tls.send(b"with new keys")
        return bytes(tls.recv(100)), bytes(tls.session.cl_app_secret) != before


def python(port):
    context = ssl.create_default_context(cafile="cert.pem")
    with socket.create_connection(("127.0.0.1", port)) as sock:
        with context.wrap_socket(sock, server_hostname="localhost") as tls:
            tls.sendall(b"hello")
            assert tls.recv(100) == b"with new keys"
            tls.sendall(b"again")


def reclaim(port):
    subprocess.run(["node", "client.mjs", str(port)], stdout=subprocess.DEVNULL, timeout=30)


seen = []
for client in (python, reclaim):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=client, args=(listener.getsockname()[1],))
        thread.start()
        seen.append(serve(listener))
        thread.join()
    data, updated = seen[-1]
    print(f"{client.__name__}: {data} comes, {'behind' if updated else 'without'} a KeyUpdate")
sys.exit(seen != [(b"again", True), (b"again", False)])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
