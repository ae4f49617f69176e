#!/bin/bash
# qh3: whether a file of certificate and key can be read depends on the certificate's length: one in three cannot.
#
# Versions: qh3 2.1.0, aioquic 1.7.2 (PyPI), Python 3.11, OpenSSL 3.0 to make the files.
# Expected: RFC 7468, section 2: a file may hold several textual encodings, of whatever length. load_cert_chain(certfile) takes
#   certificate and key from one file, as its code and aioquic's, from which it descends, provide for.
# Seen: of three certificates, whose lengths leave 0, 1 and 2 when divided by three, each with its key behind it, qh3 refuses the first: "Incorrect
#   padding". aioquic loads all of them, and so does qh3 when certificate and key are in two files.
#   (The line before the key loses its line break, its END marker is taken for more base64, and only padding in front of it ends that.)
# Why it matters: a server works until its certificate is renewed, and then perhaps does not start, with a file that every other program
#   reads; a new try with another name or serial number works again.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check qh3==2.1.0 aioquic==1.7.2
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem 2>openssl.log
for name in a ab abc; do
    openssl req -x509 -key key.pem -days 30 -set_serial 4660 -subj /O=$name -addext subjectAltName=DNS:localhost -out $name.pem
    cat $name.pem key.pem > $name-and-key.pem
done

cat > find.py <<'PY'
import importlib
import ssl
import sys


def load(library, *files):
    configuration = importlib.import_module(library + ".quic.configuration").QuicConfiguration(is_client=False)
    try:
        configuration.load_cert_chain(*files)
    except ValueError as error:
        return f"{type(error).__name__}: {error}"
    return "loaded" if configuration.private_key is not None else "no key"


seen = {}
for name in ("a", "ab", "abc"):
    rest = len(ssl.PEM_cert_to_DER_cert(open(name + ".pem").read())) % 3
    combined = name + "-and-key.pem"
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(combined)
    seen[rest] = load("qh3", combined), load("qh3", name + ".pem", "key.pem"), load("aioquic", combined)
    print("length {} modulo 3: qh3 {}, from two files {}; aioquic {}".format(rest, *seen[rest]))
error = "Error: Incorrect padding"
sys.exit(seen != {rest: (error if rest == 0 else "loaded", "loaded", "loaded") for rest in range(3)})
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
