#!/bin/bash
# smtpdfix, an SMTP server for pytest: it offers AUTH PLAIN, and refuses every login with it, since it looks for blanks where the RFC has NUL octets.
#
# Versions: smtpdfix 0.5.3, aiosmtpd 1.4.6 (PyPI), Python 3.11 with its smtplib, OpenSSL 3.0 to make the certificate.
# Expected: RFC 4616, section 2: message = [authzid] UTF8NUL authcid UTF8NUL passwd. Its README: a server for tests "that supports encryption and
#   authentication", and in the answer to EHLO there is "AUTH CRAM-MD5 LOGIN PLAIN".
# Seen: over STARTTLS, with the right name and password, smtplib's login by PLAIN gets "535 5.7.8 Authentication credentials invalid", whether the
#   credentials come with the command or after it; LOGIN and CRAM-MD5 are accepted with the same ones. If name and password are put into the
#   message with a blank between them, PLAIN succeeds.
# Why it matters: smtplib tries CRAM-MD5 first, and does not notice. A program that uses PLAIN fails in its tests and works with its
#   provider, and who tests that a wrong password is refused tests nothing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check smtpdfix==0.5.3 aiosmtpd==1.4.6
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import base64
import logging
import smtplib
import ssl
import sys

from smtpdfix import SMTPDFix
from smtpdfix.configuration import Config

logging.disable(logging.CRITICAL)
context = ssl.create_default_context(cafile="cert.pem")


def login(call):
    """What the server offers, and its answer."""
    config = Config()
    config.login_username, config.login_password = "user", "password"
    config.ssl_cert_files = ("cert.pem", "key.pem")
    config.use_starttls = True
    with SMTPDFix("127.0.0.1", 0, config=config) as server, smtplib.SMTP("localhost", server.port, timeout=20) as client:
        client.starttls(context=context)
        client.ehlo()
        client.user, client.password = "user", "password"
        try:
            code = call(client)[0]
        except smtplib.SMTPAuthenticationError as error:
            code = error.smtp_code
        return " ".join(sorted(client.esmtp_features["auth"].split())), code


def raw(message):
    return lambda client: client.docmd("AUTH", "PLAIN " + base64.b64encode(message).decode())


seen = {
    "PLAIN": login(lambda client: client.auth("PLAIN", client.auth_plain)),
    "PLAIN, after a challenge": login(lambda client: client.auth("PLAIN", client.auth_plain, initial_response_ok=False)),
    "LOGIN": login(lambda client: client.auth("LOGIN", client.auth_login)),
    "CRAM-MD5": login(lambda client: client.auth("CRAM-MD5", client.auth_cram_md5)),
    "NUL user NUL password": login(raw(b"\0user\0password")),
    "user blank password": login(raw(b"user password")),
}
for what, value in seen.items():
    print(f"{what}: {value}")
codes = {"PLAIN": 535, "PLAIN, after a challenge": 535, "LOGIN": 235, "CRAM-MD5": 235, "NUL user NUL password": 535, "user blank password": 235}
sys.exit(seen != {what: ("CRAM-MD5 LOGIN PLAIN", code) for what, code in codes.items()})
PY
timeout 120 venv/bin/python -W ignore find.py || { echo "CHANGED: see above"; exit 1; }
