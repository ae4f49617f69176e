#!/bin/bash
# parse-cosekey: a symmetric key has no type as a JWK, a private RSA key loses a part on the way to COSE and has foreign names on the way back.
#
# Versions: parse-cosekey 1.0.2 (npm), Node.js.
# Expected: its documentation: cose2jwk() and jwk2cose() convert between a COSE key and a JWK. RFC 7517, section 4.1: "kty" MUST be present; section
#   4.3: "key_ops" are words, as "verify". RFC 7518, section 6.3.2: the CRT parts of an RSA key are "dp", "dq" and "qi"; section 3.1: "HS256". RFC
#   8230, section 4: a private RSA key in COSE has all of -1 to -8.
# Seen: an HMAC key becomes { alg: "HMAC 256/256", k } without a type, and what comes back from a key with operations has [2] for "verify". A private
#   RSA key has "dP", "dQ" and "qInv", as RFC 8230 calls them: Node refuses it, and so does its own cose2pem(). jwk2cose() gives -1 to -7; "qi" is
#   gone.
# Why it matters: no reader takes these keys, and COSE keys without their last part are incomplete for those who do not compute it. Public EC and RSA
#   keys, as in its examples, are right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts parse-cosekey@1.0.2 >npm.log 2>&1

cat > find.js <<'JS'
const { createPrivateKey, generateKeyPairSync } = require("crypto");
const { KeyParser } = require("parse-cosekey");

const octets = (text) => Buffer.from(text, "base64url");
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
const parts = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];
const cose = new Map([[1, 3], [3, -257], ...parts.map((name, index) => [-1 - index, octets(rsa[name])])]);

(async () => {
    const oct = KeyParser.cose2jwk(new Map([[1, 4], [3, 5], [-1, Buffer.from("secret")]]));
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
    const verify = KeyParser.cose2jwk(new Map([[1, 2], [3, -7], [4, [2]], [-1, 1], [-2, octets(ec.x)], [-3, octets(ec.y)]]));
    const back = KeyParser.cose2jwk(cose);
    const there = KeyParser.jwk2cose(rsa);
    let node = "taken";
    try {
        createPrivateKey({ key: back, format: "jwk" });
    } catch (error) {
        node = error.code;
    }
    const pem = await KeyParser.cose2pem(cose).then(
        () => "made",
        () => "failed",
    );
    console.log("HMAC key:", oct);
    console.log("operations of a key for verifying:", verify.key_ops, "and its algorithm:", verify.alg);
    console.log("RSA key from COSE:", Object.keys(back).join(" "), "- Node.js:", node, "- cose2pem:", pem);
    const labels = parts.map((_, index) => -1 - index).filter((label) => there.has(label));
    console.log("RSA key to COSE:", labels.join(" "));
    const asStated =
        JSON.stringify(oct) === JSON.stringify({ alg: "HMAC 256/256", k: octets("c2VjcmV0").toString("base64url") }) &&
        JSON.stringify(verify.key_ops) === "[2]" &&
        ["dP", "dQ", "qInv"].every((name) => name in back) &&
        node === "ERR_INVALID_ARG_TYPE" &&
        pem === "failed" &&
        labels.join() === "-1,-2,-3,-4,-5,-6,-7";
    process.exit(asStated ? 0 : 1);
})();
JS
node --no-deprecation find.js || { echo "CHANGED: see above"; exit 1; }
