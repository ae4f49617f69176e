#!/bin/bash
# thumbprint: the thumbprint of a certificate is wrong, for every certificate that has an octet above 127, which all have.
#
# Versions: thumbprint 0.0.1, @auth0/thumbprint 0.0.6 for comparison (npm), Node.js 6 or later, OpenSSL 3.0.
# Expected: a "certificate thumbprint calculator": the SHA-1 of the DER encoding, as in "x5t" (RFC 7517, section 4.8) and as OpenSSL and Node.js
#   compute it.
# Seen: it makes a text of the octets, one character for each, and hashes that. Since version 6 Node.js writes a text in UTF-8 for it, with two octets
#   for each one above 127. What comes out is another hash than that of @auth0/thumbprint, OpenSSL and Node.js, which agree.
# Why it matters: it looks like a thumbprint, and is the same each time. Certificates that a configuration names by their thumbprint, as those of SAML
#   identity providers, are not recognized, or one writes the wrong value into one's own metadata.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts thumbprint@0.0.1 @auth0/thumbprint@0.0.6 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -keyout key.pem -out cert.pem 2>openssl.log
openssl x509 -in cert.pem -noout -fingerprint -sha1 | sed 's/.*=//; s/://g' >fingerprint

cat > find.js <<'JS'
const { X509Certificate, createHash } = require("crypto");
const fs = require("fs");

const der = new X509Certificate(fs.readFileSync("cert.pem")).raw;
const base64 = der.toString("base64");
const seen = {
    openssl: fs.readFileSync("fingerprint", "utf8").trim().toLowerCase(),
    "@auth0/thumbprint": require("@auth0/thumbprint").calculate(base64),
    thumbprint: require("thumbprint").calculate(base64),
};
console.log(seen);
const utf8 = createHash("sha1").update(Buffer.from(der.toString("latin1"), "utf8")).digest("hex");
const right = seen.openssl === seen["@auth0/thumbprint"] && seen.openssl.length === 40;
process.exit(right && seen.thumbprint === utf8 && utf8 !== seen.openssl ? 0 : 1);
JS
node --no-deprecation find.js || { echo "CHANGED: see above"; exit 1; }
