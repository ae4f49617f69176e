#!/bin/bash
# relppy (RELP): a message that the server refuses counts as delivered, and one whose last octet comes in a TLS record of its own is an IndexError.
#
# Versions: relppy 0.4 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate; a server of the script's.
# Expected: the RELP specification: each command is answered with "rsp", whose data begin with a code, 200 for success and 500 for an error; a frame is
#   TXNR SP COMMAND SP DATALEN [SP DATA] LF. relppy's log handler has a spool_method for what could not be sent.
# Seen: the client puts "500 disk full" into the result of the message's future, as it does "200 OK", and takes the message off the list of those that
#   it has to send again. The handler for logging does not look at the result: nothing is raised, nothing is spooled. process_io(), the
#   server's side, looks at the octet behind the data before it is there: "index out of range".
# Why it matters: RELP is taken instead of plain syslog because no message gets lost unnoticed. Look at the result of each future yourself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check relppy==0.4
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import logging
import socket
import ssl
import sys
import threading
import time

from relppy.client import RelpTlsClient
from relppy.log_handler import RelpHandler
from relppy.protocol import process_io

logging.getLogger("relppy").addHandler(logging.NullHandler())
logging.getLogger("relppy").propagate = False
server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
server_context.load_cert_chain("cert.pem", "key.pem")
client_context = ssl.create_default_context(cafile="cert.pem")
refused = []


def serve(sock):
    """Answers "open" and "close", and refuses all messages."""
    with server_context.wrap_socket(sock, server_side=True) as tls, tls.makefile("rb") as file:
        while True:
            head = b""
            while not head.endswith((b" ", b"\n")) or head.count(b" ") < 3 and not head.endswith(b"\n"):
                octet = file.read(1)
                if not octet:
                    return
                head += octet
            number, command, length = head.split()[:3]
            data = file.read(int(length) + 1) if int(length) else b""
            answer = b"200 OK\nrelp_version=1\ncommands=syslog" if command == b"open" else b"200 OK"
            if command == b"syslog":
                refused.append(data)
                answer = b"500 disk full"
            tls.sendall(b"%s rsp %d %s\n" % (number, len(answer), answer))
            if command == b"close":
                return


def accept():
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
address = ("localhost", listener.getsockname()[1])
threading.Thread(target=accept, daemon=True).start()

client = RelpTlsClient(address, context=client_context, server_hostname="localhost")
future = client.send_command(b"syslog", b"<14>one")
result = future.result(timeout=10), future.exception(), len(client.resendbuf)
print(f"by the client: result {result[0]}, exception {result[1]}, left to send again: {result[2]}")
client.close()

spooled = []
handler = RelpHandler(address, "USER", context=client_context, spool_method=spooled.append, exception_on_emit=True)
logger = logging.getLogger("application")
logger.addHandler(handler)
logger.propagate = False
logger.warning("two")
time.sleep(1)
handler.close()
print(f"by the handler: spooled {spooled}; the server has refused {refused}")

here, there = socket.socketpair()
messages = []
threading.Timer(0.5, here.sendall, (b"\n",)).start()
here.sendall(b"1 syslog 5 hello")
try:
    for message in process_io(there, auto_ack=False):
        messages.append(message.data)
        here.close()
    error = None
except IndexError as caught:
    error = str(caught)
print(f"by process_io(), with the line feed half a second later: {messages}, {error}")
sys.exit(not (result == (b"500 disk full", None, 0) and spooled == [] and len(refused) == 2 and (messages, error) == ([], "index out of range")))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
