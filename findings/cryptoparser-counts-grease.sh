#!/bin/bash
# CryptoParser: its JA3 counts the GREASE suites, which differ from connection to connection, and not the renegotiation signal.
#
# Versions: CryptoParser 1.6.1, curl_cffi 0.17.0 (PyPI; its profile of Chrome, with BoringSSL), read-tls-client-hello 2.0.0 (npm), Node.js,
#   Python 3.11 with OpenSSL 3.0 as the other client.
# Expected: JA3's description: the values of the hello in their order, "ignoring any GREASE values". RFC 8701, section 3.1: clients choose GREASE
#   values at random; RFC 5746, section 3.3: TLS_EMPTY_RENEGOTIATION_INFO_SCSV (255) stands in the list of suites.
# Seen: the hello of Chrome's profile: ja3() begins the suites with a GREASE value. Of OpenSSL's hello it leaves out 255, the last suite. The rest
#   is what read-tls-client-hello hashes, which ignores GREASE and counts 255. (In extensions and groups ja3() ignores GREASE, too.)
# Why it matters: fingerprints are there to be compared with lists of them that others have made. Those of browsers change with each
#   connection, and those of OpenSSL's older clients never match.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts read-tls-client-hello@2.0.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check CryptoParser==1.6.1 curl_cffi==0.17.0

cat > ja3.js <<'JS'
const { Readable } = require("stream");
const { readTlsClientHello, calculateJa3 } = require("read-tls-client-hello");

const bytes = Buffer.from(process.argv[2], "hex");
readTlsClientHello(Readable.from(bytes, { objectMode: false })).then((hello) => console.log(calculateJa3(hello)));
JS
cat > find.py <<'PY'
import contextlib
import hashlib
import socket
import ssl
import subprocess
import sys
import threading

import curl_cffi
from cryptoparser.tls.record import TlsRecord
from cryptoparser.tls.subprotocol import TlsHandshakeClientHello


def openssl():
    outgoing = ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def chrome():
    hellos = []

    def serve():
        sock, _ = listener.accept()
        with sock, sock.makefile("rb") as file:
            header = file.read(5)
            hellos.append(header + file.read(int.from_bytes(header[3:], "big")))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        url = "https://localhost:{}/".format(listener.getsockname()[1])
        with contextlib.suppress(curl_cffi.requests.exceptions.RequestException):
            curl_cffi.requests.get(url, impersonate="chrome", timeout=20)
        thread.join()
    return hellos[0]


def by_node(hello):
    return subprocess.run(["node", "ja3.js", hello.hex()], capture_output=True, text=True, check=True).stdout.strip()


def md5(version, suites, *others):
    return hashlib.md5(",".join([version, "-".join(suites), *others]).encode()).hexdigest()


def is_grease(suite):
    return int(suite) & 0x0F0F == 0x0A0A and int(suite) >> 8 == int(suite) & 0xFF


seen = {}
for client in openssl, chrome:
    hello = client()
    parsed = TlsHandshakeClientHello.parse_exact_size(bytes(TlsRecord.parse_exact_size(hello).fragment))
    version, suites, *others = parsed.ja3().split(",")
    suites = suites.split("-")
    without_grease = [suite for suite in suites if not is_grease(suite)]
    node = by_node(hello)
    seen[client.__name__] = [
        md5(version, suites, *others) == node,
        md5(version, without_grease, *others) == node,
        md5(version, [*suites, "255"], *others) == node,
    ]
    print(f"{client.__name__}: suites {'-'.join(suites[:3])} ... {suites[-1]}")
    print("  the same as by read-tls-client-hello: {}; without GREASE: {}; with 255: {}".format(*seen[client.__name__]))
sys.exit(seen != {"openssl": [False, False, True], "chrome": [False, True, False]})
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
