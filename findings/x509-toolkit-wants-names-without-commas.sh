#!/bin/bash
# x509-toolkit: a certificate with a comma, or an equals sign, in a name, or with two attributes in one part of it, cannot be read.
#
# Versions: x509-toolkit 0.0.1 (PyPI), which brings cryptography 44.0.0, Python 3.11, OpenSSL 3.0 to make the certificates.
# Expected: its documentation: parse_x509_certificate() parses a certificate in DER and raises ValueError if the certificate is invalid. RFC
#   5280, section 4.1.2.4: a relative distinguished name is a set of attributes. RFC 4514, section 2.4, on which its text is based, has
#   a comma in a value behind a backslash, and leaves an equals sign alone.
# Seen: "Failed to extract certificate details: Invalid DN format" for an organization "Example, Inc.", for one with "=" in its name, and for
#   a common name and a user ID in one part. It splits the text at each comma and each "=". The serial number and the dates, which have nothing
#   to do with it, are lost as well. The documented import, `from x509_utils import ...`, and `from x509_toolkit import ...` raise
#   ImportError; the functions are in x509_toolkit.x509_toolkit.
# Why it matters: "Something, Inc." is what companies are called. The error blames the certificate.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check x509-toolkit==0.0.1
certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "$2" -outform DER -out "$1" -keyout key.pem 2>openssl.log
}
certificate plain.der "/O=Example Inc./CN=example.org"
certificate comma.der "/O=Example, Inc./CN=example.org"
certificate equals.der "/O=a=b/CN=example.org"
certificate two.der "/O=Example Inc./CN=example.org+UID=17"

cat > find.py <<'PY'
import base64
import contextlib
import importlib
import io
import sys

from x509_toolkit.x509_toolkit import parse_x509_certificate

seen = {}
for name in ("plain", "comma", "equals", "two"):
    with open(f"{name}.der", "rb") as file:
        text = base64.b64encode(file.read()).decode()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            seen[name] = parse_x509_certificate(text)["subject_dn"]["normalized"]
    except ValueError as error:
        seen[name] = str(error)
    print(f"{name:7}", seen[name])
for module in ("x509_utils", "x509_toolkit"):
    try:
        importlib.import_module(module).parse_x509_certificate
        seen[module] = "there"
    except (ImportError, AttributeError) as error:
        seen[module] = type(error).__name__
    print(f"parse_x509_certificate of {module}:", seen[module])
refused = "Failed to extract certificate details: Invalid DN format"
sys.exit(
    seen
    != {
        "plain": "cn=example.org,o=example inc.",
        "comma": refused,
        "equals": refused,
        "two": refused,
        "x509_utils": "ModuleNotFoundError",
        "x509_toolkit": "AttributeError",
    }
)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
