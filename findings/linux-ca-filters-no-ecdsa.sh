#!/bin/bash
# linux-ca: of a system's trusted certificates none can be looked up, if one of them has an ECDSA key, as some in Mozilla's list do.
#
# Versions: linux-ca 2.0.1 with node-forge, which it brings (npm), Node.js, OpenSSL 3.0 to make the certificates.
# Expected: its documentation: getFilteredCerts() gives the certificates of the system's store that a filter lets through, by default those with a
#   text in their subject. RFC 5480 has the keys; Mozilla's list, which the distributions take over, has had such roots for many years.
# Seen: with a store of an RSA root it finds that by its name. With an ECDSA root beside it, it fails as a whole, with "Cannot read public key. OID is
#   not RSA.", for the name of the RSA root too, since all of them are read before the filter is asked. getAllCerts() gives both. (The script puts a
#   store of its own in the place of the system's, and has it look there instead of asking p11tool.)
# Why it matters: with Mozilla's list in the store, as on Debian, the function never gives anything, and its error is about a certificate that was not
#   asked for.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts linux-ca@2.0.1 >npm.log 2>&1
make() {
    openssl req -x509 -newkey "$@" -nodes -days 30 -keyout key.pem 2>openssl.log
}
make rsa:2048 -subj '/O=Example/CN=Example RSA CA' -out rsa.pem
make ec -pkeyopt ec_paramgen_curve:P-256 -subj '/O=Other/CN=Other ECDSA CA' -out ecdsa.pem

cat > find.js <<'JS'
const childProcess = require("child_process");
const fs = require("fs");

const STORE = require("linux-ca/res/linux-cert-stores.json").paths[0];
const files = Object.fromEntries(["rsa", "ecdsa"].map((name) => [name, fs.readFileSync(`${name}.pem`, "utf8")]));
let store = "";
const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) => (path === STORE ? store : readFileSync(path, ...rest));
childProcess.execSync = () => {
    throw new Error("no p11tool");
};
const { getAllCerts, getFilteredCerts } = require("linux-ca");
const attempt = (promise) =>
    promise.then(
        (found) => found.length,
        (error) => error.message,
    );
(async () => {
    const seen = {};
    for (const names of [["rsa"], ["rsa", "ecdsa"]]) {
        store = names.map((name) => files[name]).join("");
        seen[names] = [await attempt(getAllCerts(true)), await attempt(getFilteredCerts("Example RSA CA", undefined, true))];
    }
    console.log("all of them, and those of a name:", seen);
    const expected = { rsa: [1, 1], "rsa,ecdsa": [2, "Cannot read public key. OID is not RSA."] };
    process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
})();
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
