#!/bin/bash
# syslog-sd-logging: as installed it cannot be imported, and its option tls_verify=False, for a log server with a certificate of its own, is an
# exception, so that nothing is logged.
#
# Versions: syslog-sd-logging 0.1.1, with typing-extensions 4.16.0 added (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: its documentation: "tls_client_cert (StrOrBytesPath | None, optional)", "tls_verify (bool, optional): Whether to verify the certificate
#   of the server. Defaults to True". Python's documentation of SSLContext.check_hostname: it has to be switched off before verify_mode can be
#   CERT_NONE, otherwise ValueError is raised.
# Seen: in a fresh environment of Python 3.11, importing it raises ModuleNotFoundError "No module named 'typing_extensions'", which it does not
#   require. With that added: without tls_client_cert, whose default is None, TLS is refused: "TLS client certificate is not set". With one, and a
#   server that is trusted, it connects and its message arrives, with its length in front (RFC 5425). With tls_verify=False it raises ValueError
#   "Cannot set verify_mode to CERT_NONE when check_hostname is enabled.", before anything is sent, whether a CA is given or not.
# Why it matters: it works where another package happens to bring the module along, and not elsewhere. The option cannot work, and a program whose
#   test system has such a server does not start. Give the server's certificate as tls_ca_bundle, which is better anyway.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check syslog-sd-logging==0.1.1
venv/bin/python -c 'import syslog_sd_logging' 2>import.log && { echo "CHANGED: it can be imported as installed"; exit 1; }
tail -1 import.log
grep -q "No module named 'typing_extensions'" import.log || { echo "CHANGED: see above"; exit 1; }
venv/bin/pip install -qq --disable-pip-version-check typing-extensions==4.16.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import logging
import socket
import ssl
import sys
import threading

from syslog_sd_logging import FRAMING_OCTET_COUNTING, Rfc5424SysLogHandler

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
listener = socket.create_server(("127.0.0.1", 0))
received = []


def serve():
    while True:
        try:
            with context.wrap_socket(listener.accept()[0], server_side=True) as stream:
                while data := stream.recv(1000):
                    received.append(data)
        except OSError:
            pass


threading.Thread(target=serve, daemon=True).start()


def log(**options):
    """What the server receives of one message."""
    received.clear()
    try:
        handler = Rfc5424SysLogHandler(
            address=("localhost", listener.getsockname()[1]),
            socket_type=socket.SOCK_STREAM,
            framing=FRAMING_OCTET_COUNTING,
            tls_enable=True,
            timeout=20,
            **options,
        )
        logger = logging.getLogger("web")
        logger.propagate = False
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        logger.info("hello")
        logger.removeHandler(handler)
        handler.close()
    except ValueError as error:
        return str(error)
    for _ in range(50):
        if b"hello" in b"".join(received):
            break
        threading.Event().wait(0.1)
    return b"".join(received)


own = {"tls_client_cert": "cert.pem", "tls_client_key": "key.pem"}
anonymous = log(tls_ca_bundle="cert.pem")
trusted = log(tls_ca_bundle="cert.pem", **own)
untrusted = [log(tls_ca_bundle="cert.pem", tls_verify=False, **own), log(tls_verify=False, **own)]
print(f"without a certificate of its own: {anonymous}; verified: {trusted}; not verified: {untrusted}")
length, _, message = trusted.partition(b" ")
same = anonymous == "TLS client certificate is not set" and int(length) == len(message) and message.endswith(b"hello")
sys.exit(not same or untrusted != ["Cannot set verify_mode to CERT_NONE when check_hostname is enabled."] * 2)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
