#!/bin/bash
# tlacacoca, and the Gemini server nauyaca with it: of an answer 16,384 octets are sent, and then close_notify as behind a whole one.
#
# Versions: tlacacoca 0.3.0, nauyaca 0.11.0 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: its documentation: TLSTransportWrapper lets a protocol "use standard asyncio transport methods (write, close, ...)" without knowing of
#   TLS; asyncio's write() sends all of its data, and connection_lost() is called once. RFC 8446, section 6.1: close_notify tells that all
#   has been sent.
# Seen: a protocol behind TLSServerProtocol that writes 16,385 octets and closes gives its client 16,384 and a clean end. pyOpenSSL's send() takes
#   one record at a time and returns how much that was, which is thrown away. connection_lost() comes twice if the client says close_notify in
#   turn. nauyaca, which uses it when require_client_cert is set, cuts a file of 50,000 octets the same way, and its log says "status=20" and the
#   full size; without that setting the file is whole.
# Why it matters: a text without an end looks like a text. Nothing on either side tells that something is missing.
set -eu
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check tlacacoca==0.3.0 nauyaca==0.11.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log
port=$(python3 -c 'import socket; sock = socket.socket(); sock.bind(("127.0.0.1", 0)); print(sock.getsockname()[1])')
mkdir capsule
head -c 50000 /dev/zero | tr '\0' x > capsule/file.txt

cat > find.py <<'PY'
import asyncio
import socket
import ssl
import subprocess
import sys

from tlacacoca import TLSServerProtocol, create_permissive_server_context

PORT = int(sys.argv[1])
context = ssl.create_default_context(cafile="cert.pem")
context.load_cert_chain("cert.pem", "key.pem")
context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # set by some versions of Python 3.11
lost = []


class Answer(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(bytes(int(data)))
        self.transport.close()

    def connection_lost(self, error):
        lost.append(error)


def ask(port, request):
    """The whole answer; raises if there is no close_notify behind it."""
    with socket.create_connection(("127.0.0.1", port)) as sock:
        with context.wrap_socket(sock, server_hostname="localhost", suppress_ragged_eofs=False) as sock:
            sock.sendall(request)
            answer = b""
            while data := sock.recv(65536):
                answer += data
            sock.unwrap()
            return answer


async def nauyaca(require_client_cert):
    with open("config.toml", "w") as file:
        file.write(f'[server]\nhost = "127.0.0.1"\nport = {PORT}\ndocument_root = "capsule"\ncertfile = "cert.pem"\nkeyfile = "key.pem"\n')
        file.write(f"require_client_cert = {str(require_client_cert).lower()}\n")
    with open("nauyaca.log", "w") as log:
        process = subprocess.Popen(["venv/bin/nauyaca", "serve", "--config", "config.toml"], stdout=log, stderr=log)
    try:
        for _ in range(100):
            await asyncio.sleep(0.1)
            try:
                return len(await asyncio.to_thread(ask, PORT, b"gemini://localhost:%d/file.txt\r\n" % PORT))
            except ConnectionRefusedError:
                pass
    finally:
        process.terminate()
        process.wait()


async def main():
    server_context = create_permissive_server_context("cert.pem", "key.pem")
    server = await asyncio.get_running_loop().create_server(lambda: TLSServerProtocol(Answer, server_context), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    seen = [(size, len(await asyncio.to_thread(ask, port, b"%d" % size))) for size in (16384, 16385, 100000)]
    await asyncio.sleep(0.5)
    server.close()
    for size, received in seen:
        print("tlacacoca wrote", size, "octets, the client got", received)
    print("connection_lost() calls for three connections:", len(lost))
    files = [await nauyaca(False), await nauyaca(True)]
    print("nauyaca's answer with a file of 50000 octets: {}, with require_client_cert {}".format(*files))
    return seen == [(16384, 16384), (16385, 16384), (100000, 16384)], len(lost) == 6, files == [15 + 50000, 15 + 16384]  # 15 octets of header


sys.exit(not all(asyncio.run(main())))
PY
venv/bin/python -W ignore find.py "$port" >found.txt 2>find.log && seen=0 || seen=1
grep -v tls_ found.txt
[ $seen = 0 ] || { cat find.log; echo "CHANGED: see above"; exit 1; }
