#!/bin/bash
# check-cert-expiration: a URL with a port cannot be checked, since the port is looked up as part of the name.
#
# Versions: check-cert-expiration 3.1.0 (npm), Node.js.
# Expected: the documentation of checkCertExpiration(targetUrl): it takes "a server URL", and returns "`host` - hostname of the host checked" and
#   "`port` - TCP port number of the host checked". RFC 3986, section 3.2: the port is no part of the host.
# Seen: https://localhost:PORT/ ends in "getaddrinfo ENOTFOUND localhost:PORT", while Node's https.get() fetches it. Nothing but port 443 can be
#   checked.
# Why it matters: the certificates that are forgotten are those of servers that are no web servers; the error sends one to the name server,
#   where nothing is wrong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts check-cert-expiration@3.1.0 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.js <<'JS'
const fs = require("fs");
const https = require("https");
const checkCertExpiration = require("check-cert-expiration");

const server = https.createServer({ key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") });
server.on("request", (request, response) => response.end());
server.listen(0, async () => {
    const { port } = server.address();
    const url = `https://localhost:${port}/`;
    const status = await new Promise((resolve, reject) =>
        https.get(url, (response) => resolve(response.resume().statusCode)).on("error", reject),
    );
    const text = await checkCertExpiration(url).then(JSON.stringify, (error) => error.message);
    console.log(`https.get("${url}"): ${status}`);
    console.log(`checkCertExpiration("${url}"): ${text}`);
    process.exit(status === 200 && text === `getaddrinfo ENOTFOUND localhost:${port}` ? 0 : 1);
});
JS
NODE_EXTRA_CA_CERTS=cert.pem node --no-deprecation find.js || { echo "CHANGED: see above"; exit 1; }
