#!/bin/bash
# cert-chain-resolver: of several certificates, and of several addresses, it takes the first; the chain that it makes may not be one.
#
# Versions: cert-chain-resolver 1.4.1, cryptography 50.0.2 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: RFC 5280, section 4.2.2.1: behind caIssuers may be a certificate, or a CMS message of certificates (".p7c"), in which they are a set
#   (RFC 5652, section 5.1), so that their order means nothing; there may be several addresses, of LDAP and of HTTP. Its documentation
#   has PKCS7 among the formats, and "Resolve / obtain the certificate intermediates".
# Seen: a message with root and intermediate. If the intermediate comes first, the chain is leaf and intermediate, and `openssl verify` accepts
#   the leaf with it. If the root comes first, it is leaf and root, without an error, and the leaf cannot be verified. With an LDAP address in
#   front of the HTTP one it raises "unknown url type: ldap".
# Why it matters: a CA may sort the set, as DER demands, when it renews one of its certificates; from then on servers that deploy the result
#   send a chain with a hole.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cert-chain-resolver==1.4.1 cryptography==50.0.2

cat > find.py <<'PY'
import functools
import http.server
import pathlib
import subprocess
import sys
import threading
import urllib.error

from cert_chain_resolver.resolver import resolve

CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def openssl(*options):
    result = subprocess.run(["openssl", *options], capture_output=True, text=True)
    return result.stdout + result.stderr


def issue(name, issuer, extensions):
    openssl("req", *CURVE, "-subj", "/CN=" + name, "-keyout", name + ".key", "-out", name + ".csr")
    pathlib.Path(name + ".conf").write_text(extensions)
    by = ["-CA", issuer + ".pem", "-CAkey", issuer + ".key", "-CAcreateserial"]
    files = ["-in", name + ".csr", "-extfile", name + ".conf", "-out", name + ".pem"]
    openssl("x509", "-req", *by, "-days", "30", *files)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory="."))
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_address[1]}/"

openssl("req", "-x509", *CURVE, "-days", "30", "-subj", "/CN=root", "-keyout", "root.key", "-out", "root.pem")
issue("intermediate", "root", "basicConstraints=critical,CA:TRUE\n")
orders = {"intermediate-first": ["intermediate", "root"], "root-first": ["root", "intermediate"]}
for name, order in orders.items():
    files = [option for part in order for option in ("-certfile", part + ".pem")]
    openssl("crl2pkcs7", "-nocrl", *files, "-outform", "DER", "-out", name + ".p7c")
    issue(name, "intermediate", f"authorityInfoAccess=caIssuers;URI:{url}{name}.p7c\n")
addresses = f"caIssuers;URI:ldap://127.0.0.1/cn=intermediate,caIssuers;URI:{url}intermediate-first.p7c"
issue("ldap-first", "intermediate", f"authorityInfoAccess={addresses}\n")

seen = {}
for name in (*orders, "ldap-first"):
    try:
        chain = list(resolve(pathlib.Path(name + ".pem").read_bytes()))
        pathlib.Path("chain.pem").write_text("".join(part.export() for part in chain[1:]))
        verified = openssl("verify", "-CAfile", "root.pem", "-untrusted", "chain.pem", name + ".pem")
        seen[name] = [part.common_name for part in chain[1:]], "OK" in verified
        print(f"{name}: {seen[name][0]}, verified: {seen[name][1]}")
    except urllib.error.URLError as error:
        seen[name] = error.reason
        print(f"{name}: {error.reason}")
expected = {
    "intermediate-first": (["intermediate"], True),
    "root-first": (["root"], False),
    "ldap-first": "unknown url type: ldap",
}
sys.exit(seen != expected)
PY
venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
