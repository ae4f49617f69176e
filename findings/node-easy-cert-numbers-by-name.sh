#!/bin/bash
# node-easy-cert: a certificate that is renewed has the number of the old one, and for half of all hosts that number is negative.
#
# Versions: node-easy-cert 1.3.3 (npm), cryptography 50.0.2 (PyPI), Node.js, OpenSSL 3.0 to read the certificates.
# Expected: RFC 5280, section 4.1.2.2: the serial number MUST be a positive integer, and unique for each certificate issued by a given CA. Section
#   5.3: a certificate that is revoked is found by that number.
# Seen: the number is the MD5 of the host's name, so the certificate that is made after the old one was deleted, with another key, has the same. The
#   16 octets are written as they are: where the first bit is set, as for www.example.org, the number is negative. cryptography warns that it will not
#   load it in future; the certificate of mail.example.org is positive.
# Why it matters: Firefox refuses a second certificate of one CA with the same number, OCSP and revocation lists cannot tell the two apart, and
#   libraries are about to refuse the negative ones. It depends on the host's name whether one's own tests find it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-easy-cert@1.3.3 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cryptography==50.0.2

cat > make.js <<'JS'
const fs = require("fs");
const path = require("path");
const { promisify } = require("util");
const CertManager = require("node-easy-cert");

(async () => {
    const folder = path.join(process.cwd(), "pki");
    const manage = () => new CertManager({ rootDirPath: folder });
    await promisify(manage().generateRootCA)({ commonName: "Example CA" });
    const files = (host) => ["key", "crt"].map((end) => path.join(folder, `${host}.${end}`));
    for (const [host, name] of [
        ["mail.example.org", "mail"],
        ["www.example.org", "www"],
        ["www.example.org", "www-renewed"],
    ]) {
        // The key and the certificate that are there already would be used again.
        for (const file of files(host)) fs.rmSync(file, { force: true });
        await promisify(manage().getCertificate)(host);
        fs.copyFileSync(files(host)[1], `${name}.pem`);
    }
    process.exit();
})();
JS
cat > find.py <<'PY'
import sys
import warnings

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

warnings.simplefilter("ignore")
seen = {}
for name in ("mail", "www", "www-renewed"):
    with open(name + ".pem", "rb") as file, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        cert = x509.load_pem_x509_certificate(file.read())
    key = cert.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    warned = any("serial number which wasn't positive" in str(warning.message) for warning in caught)
    print(f"{name}: {cert.serial_number}" + (", with a warning" if warned else ""))
    seen[name] = cert.serial_number, key, warned
(mail, _, mail_warned), (old, old_key, old_warned), (new, new_key, new_warned) = seen.values()
as_stated = mail > 0 > old == new and old_key != new_key and (mail_warned, old_warned, new_warned) == (False, True, True)
sys.exit(not as_stated)
PY
node make.js >make.log && venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
