#!/bin/bash
# @stacksjs/tlsx: an IP address stands in the certificate as the letters of its name, and no client connects to it.
#
# Versions: @stacksjs/tlsx 0.10.0 (npm), cryptography 50.0.2 (PyPI) as a reader, Node.js, OpenSSL 3.0.
# Expected: its documentation: `altNameIPs: ['127.0.0.1']`, in the example of a configuration for HTTPS on the developer's own machine. RFC 5280,
#   section 4.2.1.6: an iPAddress is the four octets of an IPv4 address, or the sixteen of one of IPv6.
# Seen: for 127.0.0.1 the certificate has the nine octets of the text, for ::1 three. OpenSSL prints "<invalid length=9>", Node's checkIP() does not
#   find it, and cryptography raises a ValueError for the alternative names as a whole, so that the DNS names cannot be read either.
# Why it matters: what was made for https://127.0.0.1 works for https://localhost alone, and programs that read certificates more strictly fail on it
#   for every name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @stacksjs/tlsx@0.10.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cryptography==50.0.2

cat > find.mjs <<'JS'
import { X509Certificate } from "node:crypto";
import fs from "node:fs";
import { createRootCA, generateCertificate } from "@stacksjs/tlsx";

const rootCA = await createRootCA({ commonName: "Example CA", organization: "Example" });
for (const [name, addresses] of [
    ["without", {}],
    ["with", { altNameIPs: ["127.0.0.1", "::1"] }],
]) {
    const made = await generateCertificate({ rootCA, domain: "localhost", validityDays: 30, ...addresses });
    fs.writeFileSync(`${name}.pem`, made.certificate);
}
const cert = new X509Certificate(fs.readFileSync("with.pem"));
const seen = [cert.checkHost("localhost"), cert.checkIP("127.0.0.1"), cert.checkIP("::1")];
console.log("Node.js finds", seen);
process.exit(seen[0] === "localhost" && !seen[1] && !seen[2] ? 0 : 1);
JS
cat > find.py <<'PY'
import subprocess
import sys

from cryptography import x509

seen = {}
for name in ("without", "with"):
    with open(name + ".pem", "rb") as file:
        cert = x509.load_pem_x509_certificate(file.read())
    try:
        names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        seen[name] = names.get_values_for_type(x509.DNSName)
    except ValueError as error:
        seen[name] = type(error).__name__
    print(f"cryptography, {name} addresses: {seen[name]}")
command = ["openssl", "x509", "-in", "with.pem", "-noout", "-ext", "subjectAltName"]
text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
print("OpenSSL:", text.splitlines()[-1].strip())
as_stated = seen == {"without": ["localhost"], "with": "ValueError"}
sys.exit(not (as_stated and "<invalid length=9>" in text and "<invalid length=3>" in text))
PY
node find.mjs && venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
