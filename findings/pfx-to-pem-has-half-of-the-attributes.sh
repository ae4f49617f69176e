#!/bin/bash
# pfx-to-pem: half of what its documentation lists of a certificate is never there, and of the alternative names only those of DNS are.
#
# Versions: pfx-to-pem 1.0.2 with x509.js 1.0.0, which it brings (npm), Node.js, OpenSSL 3.0.
# Expected: its documentation: toPem() "will return an object" with attributes, among which are version, signatureAlgorithm, fingerPrint and
#   extensions, the latter with subjectAlternativeName, keyUsage, extendedKeyUsage and others, and altNames. RFC 5280, section 4.2.1.6: alternative
#   names are also addresses and URIs.
# Seen: `attributes` has none of the four for any file. altNames has "localhost", and not 127.0.0.1, ::1 or the URI, which the certificate names as
#   well. Of two organizational units the subject has one. Key and certificate themselves are right.
# Why it matters: a program that looks at extensions.keyUsage, after the documentation, fails with a TypeError for every file. By altNames no
#   certificate is for an address.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts pfx-to-pem@1.0.2 x509.js@1.0.0 >npm.log 2>&1
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/O=Example/OU=One/OU=Two/CN=localhost' -keyout key.pem -out cert.pem \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1,URI:https://www.example.org/ \
    -addext keyUsage=digitalSignature -addext extendedKeyUsage=serverAuth 2>openssl.log
openssl pkcs12 -export -in cert.pem -inkey key.pem -passout pass:secret -out both.pfx

cat > find.js <<'JS'
const { X509Certificate, createPrivateKey } = require("crypto");
const { toPem } = require("pfx-to-pem");

toPem({ path: "both.pfx", password: "secret" }).then(({ attributes, certificate, key }) => {
    const cert = new X509Certificate(certificate);
    console.log("Node.js:", cert.subjectAltName, JSON.stringify(cert.subject));
    delete attributes.publicModulus;
    console.log("pfx-to-pem:", attributes);
    const missing = ["version", "signatureAlgorithm", "fingerPrint", "extensions"].filter((name) => !(name in attributes));
    const asStated =
        cert.checkPrivateKey(createPrivateKey(key)) &&
        missing.length === 4 &&
        attributes.altNames.join() === "localhost" &&
        /^(One|Two)$/.test(attributes.subject.organizationalUnitName);
    process.exit(asStated ? 0 : 1);
});
JS
node --no-deprecation find.js || { echo "CHANGED: see above"; exit 1; }
