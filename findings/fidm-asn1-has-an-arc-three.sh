#!/bin/bash
# @fidm/asn1: object identifiers of GS1 and others below 2 are read as of an arc 3, which does not exist, and written as others'.
#
# Versions: @fidm/asn1 1.0.4 (npm), Node.js, OpenSSL 3.0.
# Expected: X.660: there are the root arcs 0, 1 and 2, and below 2 the number is not limited to 39: 2.49 is for alerting, 2.51 GS1's, 2.999 for
#   examples. X.690, section 8.19.4: the first two arcs are encoded together, as 40 times the first plus the second, in as many octets as that needs.
# Seen: 2.51.1 in DER, as OpenSSL writes it, is read as 3.9.3.1, and 2.999.3 as 3.16.55.3: only one octet is taken for the first two arcs, and divided
#   by 40 without regard to the limit. Written, 2.999.3 loses the upper bits and is 1.15.3 for OpenSSL; 2.47.1 comes back as 3.7.1. 2.5.4.3 and
#   2.16.840.1 are right.
# Why it matters: policies and extensions with such identifiers cannot be recognized in certificates that @fidm/x509 reads, and what is written with
#   them means something else, without an error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @fidm/asn1@1.0.4 >npm.log 2>&1

cat > find.js <<'JS'
const { execFileSync } = require("child_process");
const fs = require("fs");
const { ASN1 } = require("@fidm/asn1");

const read = (der) => {
    const text = execFileSync("openssl", ["asn1parse", "-inform", "DER", "-oid", "none.txt"], { input: der });
    return text.toString().trim().split(":").at(-1);
};
fs.writeFileSync("none.txt", "");
const seen = {};
for (const oid of ["2.16.840.1", "2.47.1", "2.51.1", "2.999.3"]) {
    execFileSync("openssl", ["asn1parse", "-genstr", `OID:${oid}`, "-noout", "-out", "oid.der"]);
    const right = fs.readFileSync("oid.der");
    const written = ASN1.OID(oid).toDER();
    seen[oid] = `read as ${ASN1.fromDER(right).value}, ${written.equals(right) ? "written right" : `written as ${written.toString("hex")}`}`;
    if (oid === "2.999.3") seen[oid] += `, which OpenSSL reads as ${read(written)}`;
}
console.log(seen);
const expected = {
    "2.16.840.1": "read as 2.16.840.1, written right",
    "2.47.1": "read as 3.7.1, written right",
    "2.51.1": "read as 3.9.3.1, written as 06028301",
    "2.999.3": "read as 3.16.55.3, written as 06023703, which OpenSSL reads as 1.15.3",
};
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
