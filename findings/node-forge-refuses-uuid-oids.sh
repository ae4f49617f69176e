#!/bin/bash
# node-forge: a certificate with an object identifier made from a UUID cannot be read at all; three other readers give three answers.
#
# Versions: node-forge 1.4.3, pkijs 4.0.0, @fidm/x509 1.2.1 (npm), Node.js, OpenSSL 3.0 to make the certificate.
# Expected: ITU-T X.667 (and X.660) give everybody identifiers of their own, 2.25 and a UUID as one decimal number of up to 39 digits; X.690, section
#   8.19.2, has no limit for an arc. RFC 5280, section 4.2.1.12: an extended key usage that a reader does not know is none of its business.
#   OpenSSL and Node's X509Certificate print the identifier as it was given.
# Seen: with such an identifier beside serverAuth, node-forge's certificateFromPem() raises "OID value too large; max is 53-bits.". @fidm/x509
#   reads 2.25.-920753162, from the number's last 32 bits; pkijs (and with it asn1js) gives 2.25.{...} with the encoded bytes in hexadecimal,
#   seven bits to each, which is neither the number nor the UUID.
# Why it matters: X.667 exists for those who have no arc of their own, private PKIs and devices. With node-forge nothing of such a
#   certificate can be had, not even its dates, and the error names neither the certificate nor the extension.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-forge@1.4.3 pkijs@4.0.0 @fidm/x509@1.2.1 >npm.log 2>&1
oid=2.25.329800735698586629295641978511506172918
for name in plain uuid; do
    usage=serverAuth
    [ $name = plain ] || usage=serverAuth,$oid
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -addext "extendedKeyUsage=$usage" \
        -keyout key.pem -out $name.pem 2>openssl.log
done

cat > find.js <<'JS'
const fs = require("fs");
const crypto = require("crypto");
const fidm = require("@fidm/x509");
const forge = require("node-forge");
const pkijs = require("pkijs");

const oid = process.argv[2];
const readers = {
  Node: (pem) => new crypto.X509Certificate(pem).keyUsage[1],
  "node-forge": (pem) => Object.keys(forge.pki.certificateFromPem(pem).getExtension("extKeyUsage")).find((key) => key.startsWith("2.25")),
  "@fidm/x509": (pem) => {
    const usage = fidm.Certificate.fromPEM(pem).extensions.find((extension) => extension.name === "extKeyUsage");
    return Object.keys(usage).find((key) => key.startsWith("2.25"));
  },
  pkijs: (pem) => {
    const der = new crypto.X509Certificate(pem).raw;
    const certificate = pkijs.Certificate.fromBER(new Uint8Array(der).buffer);
    return certificate.extensions.find((extension) => extension.extnID === "2.5.29.37").parsedValue.keyPurposes[1];
  },
};
const seen = {};
for (const [name, read] of Object.entries(readers)) {
  seen[name] = ["plain.pem", "uuid.pem"].map((file) => {
    try {
      return read(fs.readFileSync(file, "utf8")) ?? "read";
    } catch (error) {
      return error.message;
    }
  });
  console.log(`${name}: without ${seen[name][0]}, with ${seen[name][1]}`);
}
const expected = {
  Node: ["read", oid],
  "node-forge": ["read", "OID value too large; max is 53-bits."],
  "@fidm/x509": ["read", "2.25.-920753162"],
  pkijs: ["read", "2.25.{03701d276b4f5e604721273240140c48795776}"],
};
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js $oid || { echo "CHANGED: see above"; exit 1; }
