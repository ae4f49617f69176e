#!/bin/bash
# certpy: "certpy create --name www" makes every certificate but www, one for twelve hours lasts a year longer, and all keys have one identifier.
#
# Versions: certpy 0.1.2, pyOpenSSL 24.2.1 (PyPI; with 26.4, which certpy's requirement lets in, no command works), Python 3.11, OpenSSL 3.0 to read.
# Expected: the help of create: "--name: Certificate name in workflow file". certpy's README on `age`: "You must fill in one of the fields below", and has
#   days, hours, weeks and others. RFC 5280, section 4.2.1.2: for CAs "the key identifier SHOULD be derived from the public key or a method that
#   generates unique values", and 4.2.1.1 names it for telling several keys of an issuer apart.
# Seen: of a file with a CA, www and mail, "--name www" makes the CA and mail. What has `age: {hours: 12}` is valid for 365 days and 12 hours, since that
#   is added to a default. The subject key identifier of each certificate, of every CA and every server, is DA:39:A3:EE:..., SHA-1 of nothing: it is
#   computed before the key is set.
# Why it matters: whoever wants one certificate renewed gets the others instead. After a CA has changed its key, its old and its new certificate have the
#   same name and the same identifier, and nothing tells which of them an issuer is.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check certpy==0.1.2 pyopenssl==24.2.1
cat > certpy.yml <<'YAML'
certificates:
  root: {type: ca, hash: sha256, age: {days: 1000}, distinguished_name: {commonName: Example CA}}
  www: &www
    type: server
    ca_file: root
    hash: sha256
    age: {hours: 12}
    distinguished_name: {commonName: www.example.com}
    san: {dns: [www.example.com]}
  mail:
    <<: *www
    distinguished_name: {commonName: mail.example.com}
    san: {dns: [mail.example.com]}
YAML
export HOME=$work PYTHONWARNINGS=ignore
venv/bin/certpy ca init >certpy.log 2>&1
venv/bin/certpy create --name www >>certpy.log 2>&1

cat > find.py <<'PY'
import hashlib
import pathlib
import sys

from cryptography import x509

made = {}
for file in pathlib.Path(".certpy").glob("*/certs/*.pem"):
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    made[file.stem] = str(certificate.not_valid_after_utc - certificate.not_valid_before_utc), identifier.hex()
for name, (age, identifier) in sorted(made.items()):
    print(f"{name}: valid for {age}, key identifier {identifier}")
nothing = hashlib.sha1(b"").hexdigest()
print(f"SHA-1 of nothing: {nothing}")
keys = {file.read_bytes() for file in pathlib.Path(".certpy").glob("*/private/*.key")}
expected = {"root": ("1000 days, 0:00:00", nothing), "rootCA": ("365 days, 0:00:00", nothing), "mail": ("365 days, 12:00:00", nothing)}
sys.exit(not (made == expected and len(keys) == 3))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
