#!/bin/bash
# node-openssl-cert: the serial number of a certificate is "Signature Algorithm: ...", and the domain components of its subject are of the kind
# "undefined".
#
# Versions: node-openssl-cert 0.1.44 (npm), Node.js, OpenSSL 3.0, which it calls.
# Expected: getCertInfo(), which its examples use, gives the subject, by the long names of its parts, and the attributes of a certificate, among which
#   is "Serial Number". RFC 5280, section 4.1.2.2: a serial number is any positive integer of up to 20 octets; section 4.1.2.4: implementations MUST
#   be prepared to receive domain components.
# Seen: OpenSSL prints a number of up to eight octets behind its heading, a longer one on the next line. The package always takes the next line: for
#   the number 4660 the serial number is "Signature Algorithm: ecdsa-with-SHA256". DC=example, DC=org come as subject.undefined, and O = "x = y" as
#   "x", with "y" in subject.undefined too. A random number of 20 octets is right.
# Why it matters: private CAs count from 1, and name themselves after their domain, as those of Windows do. Revoked certificates are looked up by this
#   number.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-openssl-cert@0.1.44 >npm.log 2>&1
make() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/DC=org/DC=example/O=$2/CN=localhost" \
        -set_serial "$3" -keyout key.pem -out "$1" 2>openssl.log
}
make short.pem "x = y" 4660
make long.pem Example 0x112233445566778899aabbccddeeff0011223344

cat > find.js <<'JS'
const fs = require("fs");
const { promisify } = require("util");
const NodeOpenssl = require("node-openssl-cert");

(async () => {
    const openssl = new NodeOpenssl();
    const seen = {};
    for (const name of ["short", "long"]) {
        const { subject, attributes } = await promisify(openssl.getCertInfo)(fs.readFileSync(`${name}.pem`));
        console.log(`${name}:`, attributes["Serial Number"], subject);
        seen[name] = [attributes["Serial Number"], subject.organizationName, ...subject.undefined].join();
    }
    const expected = {
        short: "Signature Algorithm: ecdsa-with-SHA256,x,org,example,y",
        long: "11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44,Example,org,example",
    };
    process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
})();
JS
node --no-deprecation find.js || { echo "CHANGED: see above"; exit 1; }
