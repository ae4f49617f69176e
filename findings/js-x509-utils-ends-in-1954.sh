#!/bin/bash
# js-x509-utils: a certificate made for 10,000 days ended in 1954, and its ECDSA signatures have parameters.
#
# Versions: js-x509-utils 1.0.7, js-crypto-key-utils 1.0.7 (npm), Node.js, OpenSSL 3.0 to read.
# Expected: RFC 5280, section 4.1.2.5: dates from 2050 on MUST be GeneralizedTime; in a UTCTime the years 50 to 99 are 1950 to 1999. RFC 5758,
#   section 3.2: with ecdsa-with-SHA256 the parameters are absent. RFC 5280, section 4.1.2.2: a serial number has at most 20 octets.
#   fromJwk()'s option `days` is documented as the number of days, without a limit.
# Seen: every date is a UTCTime. With days: 10000 the certificate is valid "not after" 1954, and OpenSSL calls it expired. Each ECDSA certificate
#   has NULL as parameters. The serial number is 20 random octets, in front of which DER puts another one, the sign, in every second certificate.
# Why it matters: roots for devices are made for decades. The call succeeds; what fails is the handshake, with "certificate has expired",
#   on the day of its making.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts js-x509-utils@1.0.7 js-crypto-key-utils@1.0.7 >npm.log 2>&1

cat > find.js <<'JS'
const crypto = require("crypto");
const fs = require("fs");
const { spawnSync } = require("child_process");
const x509 = require("js-x509-utils").default;

const openssl = (...options) => spawnSync("openssl", options, { encoding: "utf8" }).stdout;
const pair = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
const [publicJwk, privateJwk] = [pair.publicKey, pair.privateKey].map((key) => key.export({ format: "jwk" }));

const make = async (days) => {
    const name = { commonName: "Example Root" };
    const options = { signature: "ecdsa-with-sha256", days, issuer: name, subject: name };
    fs.writeFileSync("cert.pem", (await x509.fromJwk(publicJwk, privateJwk, "pem", options)) + "\n");
};

(async () => {
    const years = {};
    for (const days of [365, 10000]) {
        await make(days);
        const end = openssl("x509", "-in", "cert.pem", "-noout", "-enddate").trim();
        years[days] = /(\d{4}) GMT$/.exec(end)[1] - new Date().getUTCFullYear();
        console.log(`${days} days: ${end}, that is, ${years[days]} years from now`);
    }
    const parameters = openssl("asn1parse", "-in", "cert.pem").match(/:ecdsa-with-SHA256\n.*prim: NULL/g).length;
    console.log(`ecdsa-with-SHA256 is followed by NULL ${parameters} times`);
    const lengths = new Set();
    for (let i = 0; i < 40; i++) {
        await make(365);
        lengths.add(+/l= *(\d+) prim: INTEGER/.exec(openssl("asn1parse", "-in", "cert.pem"))[1]);
    }
    const longest = Math.max(...lengths);
    console.log(`octets of 40 serial numbers, at most: ${longest}`);
    const as = years[365] >= 0 && years[10000] < -70 && parameters === 2 && longest === 21;
    process.exit(as ? 0 : 1);
})();
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
