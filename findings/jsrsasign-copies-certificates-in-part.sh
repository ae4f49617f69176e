#!/bin/bash
# jsrsasign: of a certificate's names and distribution points getParam() leaves out what it does not know, without a word.
#
# Versions: jsrsasign 11.1.5 (npm), Node.js, OpenSSL 3.0 to make the certificates.
# Expected: RFC 5280, section 4.2.1.6: a registeredID may be among the alternative names; section 4.2.1.13: a distribution point may be limited to
#   some reasons, and may be named relative to the CA, or by the issuer of the list. What getParam() of a certificate gives is what the
#   constructor of KJUR.asn1.x509.Certificate takes; for certificates without these parts what that makes is equal to the original.
# Seen: of the names DNS, RID, DNS the copy has DNS, DNS. Of a point with a URI for keyCompromise alone the copy is one for all reasons. A point
#   with a relative name is {}, from which no certificate can be made ("This class supports GeneralNames only as argument"). OpenSSL prints all of it.
# Why it matters: the reader of the parameters cannot know that they are not all; and a list that covers some reasons, taken for one that covers
#   all, is what the extension wants to prevent.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts jsrsasign@11.1.5 >npm.log 2>&1
make() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -config "$1.conf" -extensions ext \
        -keyout key.pem -out "$1.pem" 2>openssl.log
}
base='[req]
prompt = no
distinguished_name = dn
[dn]
CN = localhost
[ext]
subjectAltName = '
printf '%s' "$base" 'DNS:a.example, DNS:b.example' >plain.conf
printf '%s' "$base" 'DNS:a.example, RID:1.2.3.4, DNS:b.example' >rid.conf
printf '%s\n' "$base DNS:a.example" "crlDistributionPoints = point" "[point]" "fullname = URI:http://a.example/crl" \
    "reasons = keyCompromise" >reasons.conf
printf '%s\n' "$base DNS:a.example" "crlDistributionPoints = point" "[point]" "relativename = relative" \
    "[relative]" "CN = list 1" >relative.conf
for name in plain rid reasons relative; do make $name; done

cat > find.js <<'JS'
const fs = require("fs");
const { spawnSync } = require("child_process");
const { KJUR, X509, hextopem } = require("jsrsasign");

const openssl = (pem) =>
    spawnSync("openssl", ["x509", "-noout", "-ext", "subjectAltName,crlDistributionPoints"], { input: pem, encoding: "utf8" })
        .stdout.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("X509v3")).join("; ");
const seen = {};
for (const name of ["plain", "rid", "reasons", "relative"]) {
    const pem = fs.readFileSync(`${name}.pem`, "utf8");
    const original = new X509(pem);
    let copy, same;
    try {
        const hex = new KJUR.asn1.x509.Certificate(original.getParam()).tohex();
        copy = openssl(hextopem(hex, "CERTIFICATE"));
        same = hex === original.hex;
    } catch (error) {
        copy = String(error.message || error);
        same = false;
    }
    seen[name] = [same, copy];
    console.log(`original: ${openssl(pem)}\n    copy: ${copy}`);
}
const expected = {
    plain: [true, "DNS:a.example, DNS:b.example"],
    rid: [false, "DNS:a.example, DNS:b.example"],
    reasons: [false, "DNS:a.example; Full Name:; URI:http://a.example/crl"],
    relative: [false, "This class supports GeneralNames only as argument"],
};
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
