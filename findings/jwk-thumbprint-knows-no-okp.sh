#!/bin/bash
# jwk-thumbprint: the thumbprint of an Ed25519 or X25519 key is undefined, and nothing is raised.
#
# Versions: jwk-thumbprint 0.1.4, jsonwebkey-thumbprint 0.1.0 and jose 6.2.17 (npm) for comparison, Node.js.
# Expected: RFC 8037, section 2: the thumbprint of a key of the type "OKP" is made of "crv", "kty" and "x"; appendix A.3 has an example. RFC 7638,
#   section 3.2, which the package is for, leaves other types to whoever specifies them.
# Seen: jwkThumbprintByEncoding() returns undefined for the key of RFC 8037's example, and so does jwkThumbprint(). jose and jsonwebkey-thumbprint
#   give the value that the RFC has.
# Why it matters: thumbprints name keys, as `kid` and in ACME's key authorizations (RFC 8555, section 8.1), where "undefined" is put in between
#   without a word. All Ed25519 keys are the same then.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts jwk-thumbprint@0.1.4 jsonwebkey-thumbprint@0.1.0 jose@6.2.17 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createHash } from "node:crypto";
import { calculateJwkThumbprint } from "jose";
import * as jsonwebkey from "jsonwebkey-thumbprint";
import theirs from "jwk-thumbprint";

// The key of RFC 8037, appendix A.2, and its thumbprint in A.3.
const okp = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
const thumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
const hash = async (octets) => createHash("sha256").update(octets).digest("base64url");

const seen = {
    jose: await calculateJwkThumbprint(okp),
    "jsonwebkey-thumbprint": await jsonwebkey.jwkThumbprint(okp, hash, (text) => text),
    "jwk-thumbprint": theirs.jwkThumbprintByEncoding(okp, "SHA-256", "base64url"),
    "jwk-thumbprint, as an array": theirs.jwkThumbprint(okp, "SHA-256"),
};
console.log(seen);
const same = Object.values(seen).map((value) => (value === undefined ? "undefined" : value === thumbprint));
process.exit(same.join() === "true,true,undefined,undefined" ? 0 : 1);
JS
node find.mjs || { echo "CHANGED: see above"; exit 1; }
