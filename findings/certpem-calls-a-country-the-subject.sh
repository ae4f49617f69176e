#!/bin/bash
# certpem: the subject of a certificate is its country, and without any it cannot be read; an IP address among its names is no text.
#
# Versions: certpem 1.1.3 (npm), Node.js, OpenSSL 3.0 to make the certificates.
# Expected: its documentation: info() gives "basic info (subject, altnames, ...)", in the example the subject "localhost.example.com", which is the
#   common name. RFC 5280, section 4.1.2.4: a name is a sequence of attributes, the common name being mostly the last one.
# Seen: it takes the first attribute, whatever that is. A subject of C = DE, O = Example, CN = www.example.org gives "DE"; a subject without any
#   attribute, as critical alternative names have it, raises a TypeError. The DNS name is among the names, the address an object without text.
# Why it matters: it is made to tell certificates apart, and names all of one country alike. Certificates of public CAs often have no subject at all
#   today, so nothing can be learned of them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts certpem@1.1.3 >npm.log 2>&1
make() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "$2" -addext "subjectAltName=$3" -keyout key.pem -out "$1" 2>openssl.log
}
make short.pem /CN=www.example.org DNS:www.example.org
make long.pem "/C=DE/O=Example/CN=www.example.org" DNS:www.example.org,IP:192.0.2.1
make empty.pem / critical,DNS:www.example.org

cat > find.js <<'JS'
const fs = require("fs");
const { certpem } = require("certpem");

const seen = {};
for (const name of ["short", "long", "empty"]) {
    try {
        const { subject, altnames } = certpem.info(fs.readFileSync(`${name}.pem`, "ascii"));
        seen[name] = [subject, ...altnames.map((item) => (typeof item === "string" ? item : typeof item))].join(" ");
    } catch (error) {
        seen[name] = error.name;
    }
}
console.log(seen);
const expected = { short: "www.example.org www.example.org", long: "DE www.example.org object", empty: "TypeError" };
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
