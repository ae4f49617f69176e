#!/bin/bash
# mkcert (npm) and ownca (PyPI): what they make is refused by Python 3.13's default context.
#
# Versions: mkcert 3.2.0 (npm), ownca 0.4.0 and trustme 1.2.1 (PyPI), Python 3.11 with the flag that 3.13 sets by default.
# Expected: RFC 5280, sections 4.2.1.1 and 4.2.1.2: a CA's certificates must carry a subject key identifier, and those that it
#   issues an authority key identifier. Since Python 3.13 create_default_context() sets VERIFY_X509_STRICT, which asks for them.
# Seen: mkcert's server certificate lacks the authority key identifier, and ownca's chain the subject key identifier. Without the
#   flag (as by Python 3.12 and before) both are accepted; trustme's chain is accepted with it as well.
# Why it matters: certificates for development work until Python is updated, and the error ("Missing Authority Key Identifier")
#   reads as if the server were misconfigured. The remedy is to make them anew with another tool, or to clear the flag.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mkcert@3.2.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ownca==0.4.0 trustme==1.2.1

cat > make.mjs <<'JS'
import { writeFileSync } from "fs";
import { createCA, createCert } from "mkcert";

const authority = { organization: "Test CA", countryCode: "XX", state: "State", locality: "City", validity: 30 };
const ca = await createCA(authority);
const leaf = await createCert({ ca, domains: ["localhost"], validity: 30 });
writeFileSync("mkcert.ca", ca.cert);
writeFileSync("mkcert.pem", leaf.key + leaf.cert);
JS
node make.mjs
cat > find.py <<'PY'
import ssl
import sys

import trustme
from ownca import CertificateAuthority

authority = CertificateAuthority(ca_storage="ownca", common_name="Test CA")
issued = authority.issue_certificate("localhost", dns_names=["localhost"])
with open("ownca.ca", "wb") as file:
    file.write(authority.cert_bytes)
with open("ownca.pem", "wb") as file:
    file.write(issued.key_bytes + b"\n" + issued.cert_bytes)
ca = trustme.CA()
ca.cert_pem.write_to_path("trustme.ca")
ca.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path("trustme.pem")


def verify(name, strict):
    client = ssl.create_default_context(cafile=name + ".ca")
    if strict:
        client.verify_flags |= ssl.VERIFY_X509_STRICT
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(name + ".pem")
    a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(a, b, server_hostname="localhost")
    theirs = server.wrap_bio(b, a, server_side=True)
    for _ in range(3):
        for side in (ours, theirs):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError as error:
                return error.verify_message
    return "accepted" if ours.version() else "no handshake"


seen = {}
for name in ("trustme", "mkcert", "ownca"):
    seen[name] = verify(name, False), verify(name, True)
    print(f"{name}: without the flag: {seen[name][0]}; with VERIFY_X509_STRICT: {seen[name][1]}")
expected = {
    "trustme": ("accepted", "accepted"),
    "mkcert": ("accepted", "Missing Authority Key Identifier"),
    "ownca": ("accepted", "Missing Subject Key Identifier"),
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
