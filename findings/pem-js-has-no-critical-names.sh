#!/bin/bash
# pem (npm): a certificate whose alternative names are critical has none, and "Example, Inc." has a backslash in it.
#
# Versions: pem 1.14.8 (npm), Node.js, OpenSSL 3.0, which pem calls.
# Expected: RFC 5280, section 4.2.1.6: if the subject is empty, the alternative names MUST be marked as critical; section 4.1.2.4: the organization's
#   name is a text. readCertificateInfo() is documented as giving the parts of the subject and "san{dns, ip, email}", which
#   "is only present if the CSR or certificate has SAN entries".
# Seen: with the names not critical `san.dns` is ["localhost"]; with the same names, critical, `san` is missing. For O = Example, Inc. it
#   gives "Example\, Inc.", and "The \"Example\" Company" with its backslashes: it reads what OpenSSL prints, and knows neither the word
#   "critical" behind the heading nor the escapes.
# Why it matters: certificates without a common name, as public CAs issue them, come out without any name. Names with a comma, which companies
#   have, differ from what is in the certificate, and are not found when they are compared.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts pem@1.14.8 >npm.log 2>&1
make() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "$2" \
        -addext "subjectAltName=$3DNS:localhost" -keyout key.pem -out "$1.pem" 2>openssl.log
}
make plain '/O=Example, Inc./CN=localhost' ''
make critical '/O=The "Example" Company/CN=localhost' 'critical,'

cat > find.js <<'JS'
const { X509Certificate } = require("crypto");
const fs = require("fs");
const pem = require("pem");

(async () => {
    const seen = [];
    for (const name of ["plain", "critical"]) {
        const text = fs.readFileSync(`${name}.pem`, "utf8");
        const info = await new Promise((resolve, reject) =>
            pem.readCertificateInfo(text, (error, result) => (error ? reject(error) : resolve(result))),
        );
        const node = new X509Certificate(text);
        console.log(`${name}: Node has ${node.subjectAltName} and ${node.toLegacyObject().subject.O};`,
            `pem has ${JSON.stringify(info.san)} and ${info.organization}`);
        seen.push(node.subjectAltName, (info.san || { dns: "none" }).dns, info.organization);
    }
    const name = "DNS:localhost";
    const expected = [name, ["localhost"], "Example\\, Inc.", name, "none", 'The \\"Example\\" Company'];
    process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
})();
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
