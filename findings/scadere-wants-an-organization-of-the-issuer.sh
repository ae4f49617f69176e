#!/bin/bash
# scadere: a certificate whose issuer names no organization "cannot be parsed", so its date is never checked; and IPv6 addresses are none.
#
# Versions: scadere 0.2.4 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: its documentation: scadere-check checks whether the certificate of HOST[:PORT] expires within a number of days. RFC 5280, section 4.1.2.4:
#   the issuer is a non-empty name; none of its attributes is obligatory. RFC 3986, section 3.2.2: a host may be an IPv6 address in brackets.
# Seen: of two servers whose certificates expire in 30 days, and whose CAs are trusted, the one issued by "O=Example, CN=Example CA" is checked, and
#   the one issued by "CN=Example CA" gets the line for what cannot be retrieved, N/A, with the error "'organizationName'", whatever
#   its date is. For [::1]:PORT it looks for an IPv4 address of the name "[::1]".
# Why it matters: private authorities are often called by a common name alone. The feed shows a new problem at each run, and not whether
#   the certificate is about to expire, which is what it is for.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check scadere==0.2.4
for name in with without; do
    subject="/CN=Example CA"
    [ $name = without ] || subject="/O=Example$subject"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 60 -subj "$subject" -addext keyUsage=critical,keyCertSign \
        -keyout ca.key -out $name.ca 2>openssl.log
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout $name.key -out csr.pem 2>openssl.log
    printf 'subjectAltName=DNS:localhost,IP:::1\n' > extensions
    openssl x509 -req -in csr.pem -CA $name.ca -CAkey ca.key -days 30 -extfile extensions -out $name.pem 2>openssl.log
done
cat with.ca without.ca > trusted.pem

cat > find.py <<'PY'
import base64
import os
import socket
import ssl
import subprocess
import sys
import threading


def serve(name, family=socket.AF_INET, address="127.0.0.1"):
    def run():
        while True:
            try:
                with context.wrap_socket(listener.accept()[0], server_side=True) as sock:
                    sock.recv(1)
            except OSError:
                pass

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{name}.pem", f"{name}.key")
    listener = socket.socket(family)
    listener.bind((address, 0))
    listener.listen()
    threading.Thread(target=run, daemon=True).start()
    return listener.getsockname()[1]


def check(target, days):
    """The second column of the output, and the last."""
    done = subprocess.run(
        ["venv/bin/scadere-check", f"--days={days}", target],
        capture_output=True, text=True, env={**os.environ, "SSL_CERT_FILE": "trusted.pem"},
    )
    columns = done.stdout.split()
    result = (columns[1][:3], base64.urlsafe_b64decode(columns[5]).decode()) if columns else ("", "")
    print(f"--days={days}:", done.stderr.strip(), result)
    return result


sound, other = f"localhost:{serve('with')}", f"localhost:{serve('without')}"
seen = [check(sound, 7), check(sound, 45), check(other, 7), check(other, 45), check(f"[::1]:{serve('with', socket.AF_INET6, '::1')}", 7)]
sys.exit(
    [seen[0], seen[1][1], *seen[2:4]] != [("", ""), "Example", *[("N/A", "'organizationName'")] * 2]
    or seen[4][0] != "N/A"
    or "Errno -" not in seen[4][1]  # of getaddrinfo()
)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
