#!/bin/bash
# pyircsdk: a PING without a colon ends the client with a TypeError, so does a letter that two reads share, and what is behind the first 4096 octets of
# a TLS record is not looked at until more arrives.
#
# Versions: pyircsdk 1.7.2 (PyPI), Python 3.11; a server of the script's, over TLS.
# Expected: RFC 2812, section 2.3.1: the colon before the last parameter is needed only where it has blanks or begins with one: "PING tolsun.oulu.fi" in
#   section 3.7.2 has none. RFC 8446, section 5.1: a record has up to 16,384 octets; Python's documentation of ssl: after select() says that nothing is
#   there, pending() tells of octets that the SSL object has.
# Seen: "PING :irc.example.org" is answered, "PING irc.example.org" raises "can only concatenate str (not "NoneType") to str" from connect(). A
#   two-octet letter whose second half is the first of the next 4096 octets is a UnicodeDecodeError. With a record of 4096 octets of notices and then
#   "PING :late", no PONG comes for two seconds, until the server sends something else; a record that ends with the PING before that is answered.
# Why it matters: some servers write no colon, and the bot ends at the first PING; on others it times out after a long list or message of the day.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyircsdk==1.7.2
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log
export SSL_CERT_FILE="$work/cert.pem"

cat > find.py <<'PY'
import contextlib
import io
import socket
import ssl
import sys
import threading

from pyircsdk import IRCSDK, IRCSDKConfig

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")


def talk(*records):
    """What the client answers to each record that the server sends, within two seconds, and the error that ends the client."""
    errors, answers = [], []

    def run():
        try:
            client = IRCSDK(IRCSDKConfig(host="localhost", port=listener.getsockname()[1], nick="jo", user="jo", realname="Jo", ssl=True))
            with contextlib.redirect_stdout(io.StringIO()):
                client.connect()
        except (TypeError, UnicodeDecodeError, SystemExit) as error:
            errors.append(type(error).__name__)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run)
        thread.start()
        connection = listener.accept()[0]
        connection.settimeout(20)
        with context.wrap_socket(connection, server_side=True) as stream:
            received = b""
            while b"NICK" not in received or not received.endswith(b"\r\n"):
                received += stream.recv(1000)
            stream.settimeout(2)
            for record in records:
                try:
                    stream.sendall(record)
                    answers.append(stream.recv(1000))
                except TimeoutError:
                    answers.append(None)
                except OSError:
                    answers.append(b"")
        thread.join(20)
    return answers, errors


def filler(length):
    line = b":irc.example.org NOTICE jo :"
    return line + b"x" * (length - len(line) - 2) + b"\r\n"


right = talk(b"PING :irc.example.org\r\n", b"".join([filler(1000)] * 4) + b"PING :early\r\n")
plain = talk(b"PING irc.example.org\r\n")
half = b":irc.example.org NOTICE jo :"
letter = talk(b"".join([filler(1000)] * 4) + half + b"x" * (95 - len(half)) + "\u00fc".encode() + b"\r\n")
late = talk(b"".join([filler(1024)] * 4) + b"PING :late\r\n", filler(1024))
for name, result in (("colon", right), ("no colon", plain), ("letter in two reads", letter), ("behind 4096 octets", late)):
    print(f"{name}: {result}")
sys.exit(
    right != ([b"PONG irc.example.org\r\n", b"PONG early\r\n"], ["SystemExit"])
    or plain[1] != ["TypeError"]
    or letter[1] != ["UnicodeDecodeError"]
    or late[0] != [None, b"PONG late\r\n"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
