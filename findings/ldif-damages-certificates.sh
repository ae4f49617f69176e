#!/bin/bash
# ldif (npm): certificates in base64 come out damaged and are written back so, and "moddn" moves nothing.
#
# Versions: ldif 0.5.1 (npm), Node.js, OpenSSL 3.0 to make the certificate.
# Expected: RFC 2849: "::" marks values that are not safe text (section 2, value-spec), the bytes are to be had; RFC 4523, section 2.1: userCertificate is
#   transferred as "userCertificate;binary". "modrdn" and "moddn" are two words for one thing (section 2, change-moddn).
# Seen: the bytes are decoded as UTF-8 and kept as a string, in which each byte above 127 that is no text is U+FFFD. Nothing gives the bytes back: the
#   value is longer than the certificate, toLDIF() encodes the replacement characters, and OpenSSL cannot read what comes out. Of a "changetype: moddn"
#   newrdn, deleteoldrdn and newsuperior are parsed and lost, while those of "modrdn" are kept.
# Why it matters: a directory of certificates, photos or keys that goes through this package once, to sort or filter entries, is destroyed without an
#   error, and a change file moves no entry any more. Take values with "::" from the file itself, and write "modrdn".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ldif@0.5.1 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=user -keyout key.pem -outform DER -out cert.der 2>openssl.log

cat > find.js <<'JS'
const fs = require("fs");
const crypto = require("crypto");
const ldif = require("ldif");

const certificate = fs.readFileSync("cert.der");
const text = `version: 1\ndn: cn=user,dc=example,dc=org\nobjectClass: pkiUser\nuserCertificate;binary:: ${certificate.toString("base64")}\n`;
const parsed = ldif.parse(text);
const value = parsed.entries[0].toObject({}).attributes["userCertificate;binary"];
const written = Buffer.from(parsed.toLDIF().split("binary:: ")[1].replace(/\s/g, ""), "base64");
let error = "read";
try {
  new crypto.X509Certificate(written);
} catch ({ message }) {
  error = message;
}
console.log(`certificate of ${certificate.length} bytes: a ${typeof value} with ${value.split("\ufffd").length - 1} replacement characters`);
console.log(`written: ${written.length} bytes, read by OpenSSL: ${error}`);

const changes = ["modrdn", "moddn"].map((type) => {
  const change = `dn: cn=user,dc=example,dc=org\nchangetype: ${type}\nnewrdn: cn=other\ndeleteoldrdn: 1\n`;
  const again = ldif.parse(change).toLDIF();
  console.log(`${type} is written as ${JSON.stringify(again)}`);
  return again === change;
});
const damaged = typeof value === "string" && value.includes("\ufffd") && written.length > certificate.length && error !== "read";
process.exit(damaged && changes[0] && !changes[1] ? 0 : 1);
JS
node find.js 2>node.log || { echo "CHANGED: see above"; cat node.log; exit 1; }
