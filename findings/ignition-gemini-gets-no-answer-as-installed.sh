#!/bin/bash
# ignition-gemini, a Gemini client library: as installed it gets no answer at all, and with a hand the answer "51" is an exception, "a//b" is asked
# for as "a/b", and [::1] without its brackets.
#
# Versions: ignition-gemini 1.0.0 and cryptography 50.0.2 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: the Gemini specification: the text behind a failure's status is optional ("51" and CRLF is complete). Its addresses are RFC 3986's:
#   section 3.3, an empty segment of a path is a segment; section 3.2.2, an IPv6 address is in brackets. What is behind "#" is not sent. The
#   package: errors become an ErrorResponse unless raise_errors is given.
# Seen: request() raises AttributeError "module 'cryptography.hazmat.primitives' has no attribute 'serialization'", for any server, as the package
#   does not import what it uses. Where the caller has imported it, request() raises ValueError "not enough values to unpack" for "51" and CRLF,
#   raise_errors or not; with "51 gone" it is a response. For ".../proxy/https://example.org/" the server is sent ".../proxy/https:/example.org/";
#   ".../page#part" is sent with "#part". url() of "gemini://[::1]/" is "gemini://::1/".
# Why it matters: a crawler ends at the first terse server; gateways that have an address in their path find nothing; servers refuse fragments with
#   59. Import cryptography's module, catch ValueError, and cut the fragment oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ignition-gemini==1.0.0 cryptography==50.0.2
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import importlib
import socket
import ssl
import sys
import threading
import warnings

warnings.simplefilter("ignore")
import ignition

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
asked, answers = [], []


def serve():
    while True:
        try:
            with context.wrap_socket(listener.accept()[0], server_side=True) as stream:
                if line := stream.makefile("rb").readline():
                    asked.append(line.decode().strip())
                    stream.sendall(answers.pop(0))
                    stream.unwrap()
        except OSError:
            pass


threading.Thread(target=serve, daemon=True).start()
ignition.set_default_hosts_file("hosts")


def ask(path, answer):
    answers.append(answer)
    try:
        response = ignition.request(f"gemini://localhost:{port}{path}", timeout=20)
        return type(response).__name__, response.status
    except Exception as error:
        return type(error).__name__, str(error)


as_installed = ask("/", b"51 gone\r\n")
importlib.import_module("cryptography.hazmat.primitives.serialization")
asked.clear()
answers.clear()
seen = [
    ask("/", b"51 gone\r\n"),
    ask("/", b"51\r\n"),
    ask("/proxy/https://example.org/", b"20 text/gemini\r\nhello"),
    ask("/page#part", b"20 text/gemini\r\nhello"),
]
paths = [text.split(str(port))[1] for text in asked]
address = ignition.url("gemini://[::1]/")
print(f"as installed: {as_installed}")
print(f"answers: {seen}; asked for: {paths}; {address}")
same = as_installed[0] == "AttributeError" and "serialization" in as_installed[1]
same = same and seen[0] == ("PermFailureResponse", "51") and seen[1][0] == "ValueError" and "not enough values" in seen[1][1]
sys.exit(not same or paths[2:] != ["/proxy/https:/example.org/", "/page#part"] or address != "gemini://::1/")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
