#!/bin/bash
# sscg: with a URI among the names its CA forbids this very name, and no client takes the certificate.
#
# Versions: sscg 3.0.2 (Debian 12: 3.0.2-1+b1), OpenSSL 3.0, Python 3.11's ssl. Wants `apt-get update` beforehand.
# Expected: its help: --subject-alt-name "also accepts explicit values supported by RFC 5280"; its CA is for the names of the one certificate. RFC
#   5280, section 4.2.1.10: for URIs "the constraint applies to the host part of the name", and is a host, or a domain with a dot in front.
# Seen: it copies the names into the CA's constraints as they are: "Permitted: URI:https://www.example.org/". No URI has that host, and OpenSSL says
#   of sscg's certificate, with sscg's CA, "permitted subtree violation". Python's ssl does not connect to www.example.org, whose name is right.
#   sscg itself says that it has written all, with exit status 0. Without the URI, and with a mail address, all is well.
# Why it matters: certificates of services have such names, as spiffe://example.org/service. The message is about the CA, not about the option.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download sscg=3.0.2-1+b1 libpath-utils1=0.6.2-1 libpopt0=1.19+dfsg-1 libtalloc2=2.4.0-f2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu:$work/lib/x86_64-linux-gnu

cat > find.py <<'PY'
import ssl
import subprocess
import sys


def handshake():
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain("cert.pem", "key.pem")
    client = ssl.create_default_context(cafile="ca.pem")
    ends = [
        client.wrap_bio(incoming, outgoing, server_hostname="www.example.org"),
        server.wrap_bio(outgoing, incoming, server_side=True),
    ]
    for end in ends + ends:
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
    return "connected"


as_stated = True
for name, expected in (
    ("localhost", "connected"),
    ("email:user@example.org", "connected"),
    ("URI:https://www.example.org/", "permitted subtree violation"),
    ("URI:spiffe://example.org/service", "permitted subtree violation"),
):
    command = ["usr/bin/sscg", "--force", "--hostname", "www.example.org", "--subject-alt-name", name]
    command += ["--cert-file", "cert.pem", "--cert-key-file", "key.pem", "--ca-file", "ca.pem"]
    status = subprocess.run(command, stdout=subprocess.DEVNULL, timeout=120).returncode
    command = ["openssl", "x509", "-in", "ca.pem", "-noout", "-ext", "nameConstraints"]
    constraints = subprocess.run(command, capture_output=True, text=True).stdout.split("Permitted:")[1].split()
    seen = handshake()
    print(f"{name}: exit status {status}, permitted {constraints}, {seen}")
    as_stated &= status == 0 and seen == expected
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
