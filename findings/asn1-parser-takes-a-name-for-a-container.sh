#!/bin/bash
# asn1-parser and @root/asn1: a company whose name has 34 letters and starts with "A " is nobody: its name is taken apart.
#
# Versions: asn1-parser 1.1.8, @root/asn1 1.0.2 (npm), Node.js, OpenSSL 3.0 to make the certificates.
# Expected: X.690, section 8.1.2.5: bit 6 of the identifier tells whether an element is constructed; PrintableString, IA5String and OCTET STRING without it
#   hold a value and nothing else. Both packages say that they parse X.509 certificates.
# Seen: elements of types that are not in a short list are parsed as containers, and are values only if that fails. PrintableString and IA5String are not
#   in the list (UTF8String is): in "A Very Long Name Of Thirty-Four Oc" the "A" is read as a type, the space as a length of 32, the rest as the content,
#   and as that comes out even, the name's value is deleted: what is left is an element of type 0x41. With 35 letters the name is right.
# Why it matters: whoever reads subjects with these has code that works for all certificates but few, where the value is undefined. The same goes for an
#   OCTET STRING that happens to look like DER: about one in 256 key identifiers has its length in its second byte. Take the raw bytes of the parent.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts asn1-parser@1.1.8 @root/asn1@1.0.2 >npm.log 2>&1
number=0
for name in "A Very Long Name Of Thirty-Four Oc" "A Very Long Name Of Thirty-Four Oct"; do
    number=$((number + 1))
    printf '[req]\ndistinguished_name = dn\nprompt = no\nstring_mask = default\n[dn]\nO = %s\n' "$name" > req.cnf
    openssl req -x509 -config req.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout key.pem -outform DER \
        -out $number.der 2>openssl.log
done

cat > find.js <<'JS'
const fs = require("fs");
const crypto = require("crypto");
const { ASN1 } = require("asn1-parser");
const RootASN1 = require("@root/asn1");

const readers = {
  "asn1-parser": (der) => ASN1.parse(der),
  "@root/asn1": (der) => RootASN1.parse({ der, verbose: true, json: false }),
};

// The first element that is a PrintableString.
function find(element) {
  if (element.type === 0x13) return element;
  for (const child of element.children ?? []) {
    const found = find(child);
    if (found) return found;
  }
}

const seen = {};
for (const [name, read] of Object.entries(readers)) {
  seen[name] = [1, 2].map((number) => {
    const der = fs.readFileSync(`${number}.der`);
    const element = find(read(new Uint8Array(der)));
    const text = element.value && Buffer.from(element.value).toString();
    const inner = (element.children ?? []).map((child) => `0x${child.type.toString(16)} ${Buffer.from(child.value).toString()}`);
    console.log(`${name}: ${new crypto.X509Certificate(der).subject} is ${text}, with children ${JSON.stringify(inner)}`);
    return [text ?? null, inner];
  });
}
const expected = [
  [null, ["0x41 Very Long Name Of Thirty-Four Oc"]],
  ["A Very Long Name Of Thirty-Four Oct", []],
];
process.exit(Object.values(seen).every((result) => JSON.stringify(result) === JSON.stringify(expected)) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
