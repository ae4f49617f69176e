#!/bin/bash
# pem-ts: an encrypted key in OpenSSL's older form is overlooked without a word, and one label of OpenSSL's costs everything in the file.
#
# Versions: pem-ts 3.0.1 (npm), Node.js, OpenSSL 3.0 to make the files.
# Expected: it is for "decoding Privacy-Enhanced Mail (PEM) objects", and parse() for "all of the PEM objects from a file"; it complies "strictly to
#   RFC 7468". PEM's own RFC 1421, section 4.4, has headers before the text, as Proc-Type and DEK-Info; RFC 7468, section 2, permits none, so that an
#   object with them is an error, for which there is a PEMError. Section 3: a label has any printable characters.
# Seen: parse() of a file with a certificate and a key from `openssl rsa -traditional -aes256` gives the certificate only: the key with its headers is
#   no object, and no error either. Of a file with a certificate and "X9.42 DH PARAMETERS", as OpenSSL labels DHX groups, it gives nothing, but
#   "Malformed PEM label", for the dot in it.
# Why it matters: a program that looks for the key says that there is none, though it stands in the file, where OpenSSL finds it and asks for the
#   password.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts pem-ts@3.0.1 >npm.log 2>&1
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -keyout key.pem -out cert.pem 2>openssl.log
openssl rsa -in key.pem -traditional -aes256 -passout pass:secret -out encrypted.pem 2>>openssl.log
openssl rsa -in key.pem -traditional -out plain.pem 2>>openssl.log
openssl genpkey -genparam -algorithm DHX -pkeyopt dh_rfc5114:2 -out group.pem 2>>openssl.log

cat > find.js <<'JS'
const fs = require("fs");
const { PEMObject } = require("pem-ts");

const seen = {};
for (const name of ["plain", "encrypted", "group"]) {
    const text = ["cert", name].map((part) => fs.readFileSync(`${part}.pem`, "utf8")).join("");
    try {
        seen[name] = PEMObject.parse(text).map((object) => object.label).join();
    } catch (error) {
        seen[name] = error.message;
    }
    console.log(text.match(/-----BEGIN .*-----/g).join(" "), "gives", JSON.stringify(seen[name]));
}
const expected = { plain: "CERTIFICATE,RSA PRIVATE KEY", encrypted: "CERTIFICATE", group: "Malformed PEM label." };
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
