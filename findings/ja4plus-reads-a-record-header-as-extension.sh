#!/bin/bash
# ja4plus: a ClientHello that comes in two records has another fingerprint, with an extension that nobody has sent.
#
# Versions: ja4plus 1.4.0, scapy 2.8.0 (PyPI), read-tls-client-hello 2.0.0 (npm), OpenSSL 3.0 as client, Node.js, Python 3.11.
# Expected: RFC 8446, section 5.1: a handshake message may be spread over several records, and their headers are no part of it. OpenSSL
#   does so as soon as the hello is longer than the fragment that it may send. How it was cut is no property of the hello, so JA4 is the same.
# Seen: the hello in one record: all agree. In two (-max_send_frag 512) ja4plus reads the five bytes of the second
#   header as part of the ALPN list, loses its place there, and gives "t12d3106h2" for "t13d3111h2", with an
#   extension 0x6365, two letters of a protocol's name. It reports no error. read-tls-client-hello refuses the hello by its length,
#   and scapy shows the five extensions before the cut.
# Why it matters: hellos have grown past a kilobyte with post-quantum key shares and long ALPN lists, so clients with small records cut
#   them; a wrong fingerprint looks like any other.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts read-tls-client-hello@2.0.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ja4plus==1.4.0 scapy==2.8.0

cat > ja4.js <<'JS'
const { Readable } = require("stream");
const { readTlsClientHello, calculateJa4 } = require("read-tls-client-hello");

const bytes = Buffer.from(process.argv[2], "hex");
readTlsClientHello(Readable.from(bytes, { objectMode: false })).then(
  (hello) => console.log(calculateJa4(hello)),
  (error) => console.log(error.message.split(":")[0]),
);
JS
cat > find.py <<'PY'
import socket
import subprocess
import sys

from ja4plus.fingerprinters.ja4 import generate_ja4, get_raw_fingerprint
from ja4plus.utils.tls_utils import parse_tls_handshake
from scapy.layers.tls.record import TLS

# Thirty-eight names, so that the cut falls into the middle of the list.
PROTOCOLS = "h2,http/1.1," + ",".join(f"service-{n}" for n in range(10, 46))


def hello(*options):
    """The records of OpenSSL's ClientHello."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        command = ["openssl", "s_client", "-connect", address, "-servername", "localhost", "-alpn", PROTOCOLS, *options]
        client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        listener.settimeout(10)
        sock = listener.accept()[0]
    with sock, sock.makefile("rb") as file:
        sock.settimeout(10)
        records, length, message = b"", 1 << 24, b""
        while len(message) < length:
            head = file.read(5)
            body = file.read(int.from_bytes(head[3:]))
            records += head + body
            message += body
            length = 4 + int.from_bytes(message[1:4])
    client.kill()
    client.communicate()
    return records


seen = []
for options in ((), ("-max_send_frag", "512")):
    data = hello(*options)
    info = parse_tls_handshake(data)
    by_node = subprocess.run(["node", "ja4.js", data.hex()], capture_output=True, text=True, check=True).stdout.strip()
    extensions = len(TLS(data).msg[0].ext)
    print(f"{len(data)} bytes, openssl s_client {' '.join(options)}")
    print(f"  ja4plus:               {generate_ja4(info)}, extensions {get_raw_fingerprint(info).split('_')[2]}")
    print(f"  read-tls-client-hello: {by_node}")
    print(f"  scapy:                 {extensions} extensions")
    seen.append((generate_ja4(info), by_node, extensions))
whole, cut = seen
same = whole[0] == whole[1] and whole[2] == 11 and cut[0] not in (None, whole[0])
sys.exit(not (same and cut[1] == "Unexpected client hello length" and cut[2] == 5))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
