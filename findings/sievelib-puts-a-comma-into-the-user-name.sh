#!/bin/bash
# sievelib: with XOAUTH2 the user's name gets a comma, and scripts with a quotation mark in their names are listed under other names.
#
# Versions: sievelib 1.6.0 (PyPI), Python 3.11; a ManageSieve server of the script's, over TLS.
# Expected: XOAUTH2 (the providers' documentation of IMAP and SMTP with OAuth 2.0) is "user=", the name, ^A, "auth=Bearer ", the token, ^A^A. Commas belong
#   to OAUTHBEARER's header alone, "n,a=name,^A" (RFC 7628, section 3.1, and RFC 5801). RFC 5804, section 4: in a quoted string a quotation mark or a
#   backslash follows a backslash, and either may be in a script's name (section 1.6).
# Seen: XOAUTH2 sends "user=me@example.org,", as if it were the other; OAUTHBEARER is right. The script my "work" is listed as 'my \\', and back\slash with
#   two backslashes; getscript(), which does quote its argument, asks for those names, and the server has none. A script whose name comes as a literal
#   loses its mark: "other ACTIVE" is its name.
# Why it matters: where XOAUTH2 is all that a server offers, or is asked for with authmech, the token is right and the user unknown. Offer OAUTHBEARER,
#   which is taken before it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check sievelib==1.6.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import base64
import os
import socket
import ssl
import sys
import threading

from sievelib.managesieve import Client

os.environ["SSL_CERT_FILE"] = "cert.pem"
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("cert.pem", "key.pem")
LISTING = b'"my \\"work\\""\r\n"back\\\\slash"\r\n"plain"\r\n{5}\r\nother ACTIVE\r\nOK\r\n'
received = []


def serve(listener, mechanism):
    try:
        connection = listener.accept()[0]
        connection.settimeout(20)
        with context.wrap_socket(connection, server_side=True) as stream, stream.makefile("rwb") as file:
            file.write(b'"IMPLEMENTATION" "x"\r\n"SIEVE" "fileinto"\r\n"SASL" "%s"\r\n"VERSION" "1.0"\r\nOK\r\n' % mechanism)
            file.flush()
            for line in file:
                received.append(line.rstrip().decode())
                file.write(LISTING if line.startswith(b"LISTSCRIPTS") else b"OK\r\n")
                file.flush()
    except OSError:
        pass


def talk(mechanism):
    received.clear()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        thread = threading.Thread(target=serve, args=(listener, mechanism))
        thread.start()
        client = Client("localhost", listener.getsockname()[1])
        client.connect("me@example.org", "token", ssl=True)
        scripts = client.listscripts()
        client.sock.close()
        thread.join()
    return base64.b64decode(received[0].split('"')[3]), scripts


seen = {mechanism: talk(mechanism) for mechanism in (b"XOAUTH2", b"OAUTHBEARER")}
for mechanism, (token, scripts) in seen.items():
    print(f"{mechanism.decode()}: {token}; active script and others: {scripts}")
same = seen[b"XOAUTH2"][0] == b"user=me@example.org,\x01auth=Bearer token\x01\x01"
same = same and seen[b"OAUTHBEARER"][0] == b"n,a=me@example.org,\x01auth=Bearer token\x01\x01"
sys.exit(not (same and seen[b"XOAUTH2"][1] == (None, ["my \\", "back\\\\slash", "plain", "other ACTIVE"])))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
