#!/bin/bash
# @root/csr: the certificate request of an RSA key of 3,072 bits and more, or of a P-384 key, has a signature that nobody can verify.
#
# Versions: @root/csr 0.8.1, @root/keypairs 0.10.3 (npm), Node.js, OpenSSL 3.0 to verify.
# Expected: RFC 2986, section 4.2: signatureAlgorithm names the algorithm with which the request is signed, and whoever issues the certificate
#   verifies the signature with it. Its documentation asks for a JWK of either kind, and shows nothing of a limit to its length.
# Seen: each request says sha256WithRSAEncryption or ecdsa-with-SHA256. With RSA of 2,048 bits and P-256 that is so. Longer keys sign over
#   SHA-384 or SHA-512, and the request still says SHA-256: OpenSSL reports "verify failure". Nothing is raised where the request is made.
#   (@root/keypairs, with which it signs, takes the hash from the length of the key, as JWS has it.)
# Why it matters: an ACME server answers badCSR, at the end of an order whose challenges have all been met; the same program works with
#   the key of the test.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @root/csr@0.8.1 @root/keypairs@0.10.3 >npm.log 2>&1

cat > find.js <<'JS'
const crypto = require("crypto");
const fs = require("fs");
const { spawnSync } = require("child_process");
const CSR = require("@root/csr");

const keys = [
    ["rsa", { modulusLength: 2048 }, "RSA, 2,048 bits"],
    ["rsa", { modulusLength: 3072 }, "RSA, 3,072 bits"],
    ["rsa", { modulusLength: 4096 }, "RSA, 4,096 bits"],
    ["ec", { namedCurve: "P-256" }, "P-256"],
    ["ec", { namedCurve: "P-384" }, "P-384"],
];
const openssl = (option) =>
    spawnSync("openssl", ["req", "-in", "request.pem", "-noout", option], { encoding: "utf8" });

(async () => {
    const seen = [];
    for (const [type, options, name] of keys) {
        const jwk = crypto.generateKeyPairSync(type, options).privateKey.export({ format: "jwk" });
        fs.writeFileSync("request.pem", (await CSR.csr({ jwk, domains: ["example.com"] })) + "\n");
        const algorithm = /Signature Algorithm: (\S+)/.exec(openssl("-text").stdout)[1];
        const verified = openssl("-verify").stderr;
        console.log(`${name}: says ${algorithm}; OpenSSL: ${verified.trim()}`);
        seen.push(`${algorithm} ${/verify (\w+)/.exec(verified)[1]}`);
    }
    const expected = [
        "sha256WithRSAEncryption OK",
        "sha256WithRSAEncryption failure",
        "sha256WithRSAEncryption failure",
        "ecdsa-with-SHA256 OK",
        "ecdsa-with-SHA256 failure",
    ];
    process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
})();
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
