#!/bin/bash
# jks-js: a PKCS #12 file with the chain in it, as OpenSSL makes it, cannot be read.
#
# Versions: jks-js 1.1.7 (npm), Node.js, which reads the file itself, OpenSSL 3.0 to make it.
# Expected: RFC 7292, section 4.2: the attributes of a bag, friendlyName among them, are optional. The documentation has toPem() for
#   keystores, PKCS #12 among them; the CA's certificate would be in the result, under whatever name, or be left out.
# Seen: `openssl pkcs12 -export` gives the name to the key and its certificate only, and none without -name. With one certificate and -name
#   toPem() gives both. With the CA's certificate besides, or without -name, it raises "TypeError: Cannot read properties of undefined (reading
#   '0')", and nothing of the file can be had. tls.createSecureContext() takes all three files.
# Why it matters: a renewal that adds an intermediate to the file turns it into one that the program cannot load, and the error is about an
#   array.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts jks-js@1.1.7 >npm.log 2>&1
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $curve -days 30 -subj "/CN=Example CA" -keyout ca.key -out ca.pem 2>openssl.log
openssl req $curve -subj /CN=localhost -keyout key.pem -out request.pem 2>openssl.log
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out cert.pem 2>openssl.log
export="openssl pkcs12 -export -in cert.pem -inkey key.pem -passout pass:password"
$export -name server -out named.p12
$export -out nameless.p12
$export -name server -certfile ca.pem -out chain.p12

cat > find.js <<'JS'
const fs = require("fs");
const tls = require("tls");
const jks = require("jks-js");

const attempt = (call) => {
    try {
        return call();
    } catch (error) {
        return `${error.name}: ${error.message}`;
    }
};
const seen = ["named", "nameless", "chain"].map((name) => {
    const pfx = fs.readFileSync(`${name}.p12`);
    const node = attempt(() => typeof tls.createSecureContext({ pfx, passphrase: "password" }));
    const found = attempt(() => {
        const store = jks.toPem(pfx, "password");
        return Object.keys(store).map((alias) => `${alias}: ${Object.keys(store[alias]).sort()}`).join("; ");
    });
    console.log(`${name}.p12: Node ${node}; jks-js ${found}`);
    return [node, found];
});
const error = "TypeError: Cannot read properties of undefined (reading '0')";
const expected = [["object", "server: cert,key"], ["object", error], ["object", error]];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
