#!/bin/bash
# green-jwt: the tokens of jose are not valid for it, as they do not say that they are tokens, nor are access tokens by RFC 9068.
#
# Versions: green-jwt 0.0.8-alpha, jose 6.1.3 to sign and compare (npm), Node.js.
# Expected: RFC 7519, section 5.1 (as in the drafts before): typ is optional, and of use only where other objects may stand in the same
#   place; RFC 9068, section 2.1: access tokens have the typ "at+jwt"; RFC 7515, section 4.1.9: "application/" may stand in front of a type.
# Seen: verify() is true for a token with typ "JWT". For one without typ, signed with the same key, it is false, as it is for "at+jwt",
#   "jwt" and "application/jwt", with HS256 and with RS256. jose verifies all of them.
# Why it matters: libraries leave typ out unless they are told; false reads like a wrong key, and people look for the fault in their
#   secrets.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts green-jwt@0.0.8-alpha jose@6.1.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import { generateKeyPairSync, randomBytes } from "crypto";
import jwt from "green-jwt";
import { SignJWT, jwtVerify } from "jose";

const secret = randomBytes(32);
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = publicKey.export({ type: "spki", format: "pem" });
for (const [alg, sign, verify, key] of [["HS256", secret, secret, secret], ["RS256", privateKey, publicKey, pem]]) {
  for (const typ of ["JWT", undefined, "at+jwt", "jwt", "application/jwt"]) {
    const token = await new SignJWT({ sub: "jo" }).setProtectedHeader(typ ? { alg, typ } : { alg }).sign(sign);
    const { payload } = await jwtVerify(token, verify);
    console.log(`${alg}, typ ${typ}: ${jwt.decode(token).verify(key)}; jose: ${payload.sub}`);
  }
}
JS
timeout 60 node find.mjs 2>/dev/null | tee seen
cat > expected <<'TEXT'
HS256, typ JWT: true; jose: jo
HS256, typ undefined: false; jose: jo
HS256, typ at+jwt: false; jose: jo
HS256, typ jwt: false; jose: jo
HS256, typ application/jwt: false; jose: jo
RS256, typ JWT: true; jose: jo
RS256, typ undefined: false; jose: jo
RS256, typ at+jwt: false; jose: jo
RS256, typ jwt: false; jose: jo
RS256, typ application/jwt: false; jose: jo
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
