#!/bin/bash
# pem-file: what it has encoded as "PKCS7" or "X509 CRL", it refuses to decode.
#
# Versions: pem-file 1.0.1 (npm), Node.js, OpenSSL 3.0 to make and to read the files.
# Expected: RFC 7468, section 3: a label consists of printable characters, digits among them; sections 6 and 8 have the labels "X509 CRL" and
#   "PKCS7". decode() is the reverse of encode().
# Seen: encode() takes both labels, and OpenSSL reads the result. decode() raises "Invalid label." for it, as for OpenSSL's own files of that
#   kind: it knows letters and blanks only. A certificate comes back.
# Why it matters: a store of revocation lists can be written and not be read any more; and nothing is wrong with the label.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts pem-file@1.0.1 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=Example CA" \
    -keyout key.pem -out cert.pem 2>openssl.log
openssl crl2pkcs7 -nocrl -certfile cert.pem -out pkcs7.pem
touch index.txt
printf '[ca]\ndefault_ca = ca\n[ca]\ndatabase = index.txt\n' > ca.conf
openssl ca -config ca.conf -gencrl -md sha256 -crldays 10 -cert cert.pem -keyfile key.pem -out crl.pem 2>openssl.log

cat > find.js <<'JS'
const fs = require("fs");
const { spawnSync } = require("child_process");
const pem = require("pem-file");

const decoded = (text) => {
    try {
        return pem.decode(text).length > 0 ? "decoded" : "empty";
    } catch (error) {
        return error.message;
    }
};
const der = (text) => Buffer.from(text.replace(/-----.*-----|\s/g, ""), "base64");
const seen = [];
for (const [file, label, command] of [
    ["cert.pem", "CERTIFICATE", "x509"],
    ["pkcs7.pem", "PKCS7", "pkcs7"],
    ["crl.pem", "X509 CRL", "crl"],
]) {
    const text = fs.readFileSync(file, "utf8");
    const own = pem.encode(der(text), label) + "\n";
    fs.writeFileSync("own.pem", own);
    const openssl = spawnSync("openssl", [command, "-in", "own.pem", "-noout"]).status === 0;
    seen.push([decoded(text), decoded(own), openssl]);
    console.log(`${label}: OpenSSL's file ${decoded(text)}; its own ${decoded(own)}, read by OpenSSL: ${openssl}`);
}
const expected = [
    ["decoded", "decoded", true],
    ["Invalid label.", "Invalid label.", true],
    ["Invalid label.", "Invalid label.", true],
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
