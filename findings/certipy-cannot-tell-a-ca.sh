#!/bin/bash
# certipy: is_ca() raises AttributeError for every certificate, and of the kinds of alternative names that it lists two never work.
#
# Versions: certipy 0.2.3, cryptography 50.0.2 (PyPI), Python 3.11, OpenSSL 3.0 to read.
# Expected: RFC 5280, section 4.2.1.9: basicConstraints tells whether a certificate is a CA's; is_ca() of the file that create_ca() has made would be
#   True, and that of a server's certificate False. The error for a name of an unknown kind is ValueError "Unrecognized subjectAltName
#   prefix"; IP, DNS, email, URI, RID and dirName are known (section 4.2.1.6).
# Seen: is_ca() asks the certificate for a method of its extensions: "object has no attribute 'get_extension_for_class'". With "RID:1.2.3.4" and
#   "dirName:..." create_signed_pair() raises TypeError, since the text is handed to cryptography as it is. OpenSSL reads the certificates,
#   and the other kinds work.
# Why it matters: the question is asked before something is trusted as a CA, and the answer is an error about a library's insides.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check certipy==0.2.3 cryptography==50.0.2

cat > find.py <<'PY'
import subprocess
import sys

from certipy import Certipy

maker = Certipy(store_dir="store")
maker.create_ca("ca")
maker.create_signed_pair("server", "ca", alt_names=["DNS:localhost", "IP:127.0.0.1"])
seen = {}
for name in "ca", "server":
    certificate = maker.store.get_files(name).cert
    command = ["openssl", "x509", "-in", certificate.file_path, "-noout", "-ext", "basicConstraints"]
    openssl = "CA:TRUE" in subprocess.run(command, capture_output=True, text=True).stdout
    try:
        answer = certificate.is_ca()
    except AttributeError as error:
        answer = "AttributeError" if "get_extension_for_class" in str(error) else str(error)
    print(f"{name}: a CA, says OpenSSL: {openssl}; certipy: {answer}")
    seen[name] = openssl, answer
for kind in "URI:spiffe://example.org/a", "email:user@example.org", "RID:1.2.3.4", "dirName:CN=Example":
    try:
        maker.create_signed_pair(kind.partition(":")[0], "ca", alt_names=[kind])
        seen[kind] = "made"
    except TypeError as error:
        seen[kind] = "TypeError"
    print(f"{kind}: {seen[kind]}")
expected = [(True, "AttributeError"), (False, "AttributeError"), "made", "made", "TypeError", "TypeError"]
sys.exit(list(seen.values()) != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
