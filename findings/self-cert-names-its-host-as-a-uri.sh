#!/bin/bash
# self-cert: the name of the host stands in the certificate as a URI, "DNS: localhost", and urllib3 refuses it.
#
# Versions: self-cert 2.0.1 (npm), Node.js 20, urllib3 2.8.0 (PyPI), Python 3.11 with OpenSSL 3.0.
# Expected: its documentation: the certificates are "configured for usage in any scenario", and `commonName` "is used for the first SAN". RFC 5280,
#   section 4.2.1.6: a host's name is a dNSName; RFC 9525, section 6.3: the alternative names of that kind are compared with it, and (section 2)
#   the common name is not.
# Seen: the first alternative name of { commonName: "localhost" } is of the type URI, with the text "DNS: localhost", blank included, which is no
#   URI of anything. With the certificate as trust anchor urllib3, which goes by the RFC, raises "certificate is not valid for 'localhost'".
#   Node, which falls back to the common name, fetches the page.
# Why it matters: whether the name is right depends on the client; the one that fails has been set up as properly as the one that works,
#   and whoever lists the certificate's names sees "DNS: localhost".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts self-cert@2.0.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check urllib3==2.8.0

cat > find.py <<'PY'
import sys

import urllib3

pool = urllib3.PoolManager(ca_certs="cert.pem", retries=False)
try:
    seen = str(pool.request("GET", sys.argv[1]).status)
except urllib3.exceptions.SSLError as error:
    seen = str(error)
print("urllib3:", seen)
sys.exit("certificate is not valid for 'localhost'" not in seen)
PY
cat > find.js <<'JS'
const { spawn, spawnSync } = require("child_process");
const fs = require("fs");
const https = require("https");

const made = require("self-cert")({ bits: 2048, attrs: { commonName: "localhost" } });
fs.writeFileSync("cert.pem", made.certificate);
const names = spawnSync("openssl", ["x509", "-in", "cert.pem", "-noout", "-ext", "subjectAltName"], { encoding: "utf8" });
const name = names.stdout.split("\n")[1].trim().split(",")[0];
console.log("the first name:", name);
const server = https.createServer({ cert: made.certificate, key: made.privateKey });
server.on("request", (request, response) => response.end());
server.listen(0, () => {
    const url = `https://localhost:${server.address().port}/`;
    https.get(url, { ca: made.certificate }, (response) => {
        console.log("Node:", response.resume().statusCode);
        const client = spawn("venv/bin/python", ["find.py", url], { stdio: "inherit" });
        client.on("exit", (code) => process.exit(name === "URI:DNS: localhost" ? code : 1));
    });
});
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
