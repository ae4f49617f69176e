#!/bin/bash
# @hazae41/x509: it cannot be imported, and a certificate with DC=example in a name, as each CA of Active Directory has it, is
#   "Unimplemented".
#
# Versions: @hazae41/x509 1.2.14 (npm), Node.js and its X509Certificate; openssl to make the certificates.
# Expected: RFC 5280, section 4.1.2.4: "implementations of this specification MUST be prepared to receive the domainComponent attribute",
#   which is an IA5String by appendix A; a DirectoryString may be a TeletexString or a BMPString in older certificates. The package has DC
#   in its list of known attributes.
# Seen: import "@hazae41/x509" ends with ERR_MODULE_NOT_FOUND, as its exports name a file that it does not have. From the file that is
#   there, readAndResolveFromBytesOrThrow() raises "Unimplemented" for DC=org, DC=example, and for a common name as BMPString. In UTF-8, and
#   as TeletexString, names are read. Node.js reads all of them.
# Why it matters: no certificate of a company's own CA by Microsoft, and none of a grid's CA, can be read, as their names end in DC.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @hazae41/x509@1.2.14 >npm.log 2>&1

make() {
  printf '[req]\ndistinguished_name = none\nprompt = no\nstring_mask = %s\n[none]\n%s\n' "$2" "$3" > "$1.cnf"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out "$1.pem" -config "$1.cnf" -utf8 -days 30 2>openssl.log
}
make utf8 utf8only $'O = Acme\nCN = Jo'
make dc utf8only $'0.DC = org\n1.DC = example\nCN = Jo'
make bmp MASK:0x800 $'CN = Jo'
make teletex MASK:0x4 $'CN = Jo'
cat > find.mjs <<'JS'
import { X509Certificate } from "crypto";
import fs from "fs";

console.log(await import("@hazae41/x509").then(() => "imported", (error) => error.code));
const { Certificate, X509 } = await import("./node_modules/@hazae41/x509/dist/esm/index.mjs");

for (const name of ["utf8", "dc", "bmp", "teletex"]) {
  const right = new X509Certificate(fs.readFileSync(`${name}.pem`));
  let seen;
  try {
    seen = X509.readAndResolveFromBytesOrThrow(Certificate, right.raw).tbsCertificate.subject.toX501OrThrow();
  } catch (error) {
    seen = error.message || error.name || error.constructor.name;
  }
  console.log(`${name}: ${seen}; Node.js: ${right.subject.replace(/\n/g, ", ")}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
ERR_MODULE_NOT_FOUND
utf8: CN=Jo,O=Acme; Node.js: O=Acme, CN=Jo
dc: Unimplemented; Node.js: DC=org, DC=example, CN=Jo
bmp: Unimplemented; Node.js: CN=Jo
teletex: CN=Jo; Node.js: CN=Jo
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
