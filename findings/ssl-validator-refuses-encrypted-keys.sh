#!/bin/bash
# ssl-validator: it takes a password for the key, and refuses the keys that have one, as well as an EC key as OpenSSL writes it.
#
# Versions: ssl-validator 5.0.0 (npm), Node.js, OpenSSL 3.0, which it calls.
# Expected: its documentation: validateSSLKey() has the option `password`, "that will be given to openssl when verifying the key". RFC 7468, section
#   11: an encrypted private key has the label "ENCRYPTED PRIVATE KEY". `openssl ecparam -genkey` writes the parameters before the key.
# Seen: "Key must start and end with proper formatting." for a key from `openssl genrsa -aes256`, with its right password, since that label is not
#   among the three it knows, and for the EC key, for what comes before it. With skipFormatValidation both are good.
# Why it matters: the option for the password serves nobody, but for keys in a form that OpenSSL writes on request only. Keys that a web server takes
#   as they are come out as badly formatted.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ssl-validator@5.0.0 >npm.log 2>&1
openssl genrsa -aes256 -passout pass:secret -out encrypted.pem 2048 2>openssl.log
openssl rsa -in encrypted.pem -passin pass:secret -out plain.pem 2>>openssl.log
openssl ecparam -name prime256v1 -genkey -out ec.pem 2>>openssl.log

cat > find.mjs <<'JS'
import fs from "node:fs";
import { validateSSLKey } from "ssl-validator";

const validate = (name, options) =>
    validateSSLKey(fs.readFileSync(name, "utf8"), options).then(
        () => "good",
        (error) => error.message,
    );
const password = "secret";
const seen = [];
for (const [name, options] of [
    ["plain.pem", {}],
    ["encrypted.pem", { password }],
    ["encrypted.pem", { password, skipFormatValidation: true }],
    ["ec.pem", {}],
    ["ec.pem", { skipFormatValidation: true }],
]) {
    const label = fs.readFileSync(name, "utf8").split("\n")[0];
    seen.push(await validate(name, options));
    console.log(`${label} ${JSON.stringify(options)}: ${seen.at(-1)}`);
}
const refused = "Key must start and end with proper formatting.";
process.exit(JSON.stringify(seen) === JSON.stringify(["good", refused, "good", refused, "good"]) ? 0 : 1);
JS
node find.mjs || { echo "CHANGED: see above"; exit 1; }
