#!/bin/bash
# @expo/pkcs12: in a PKCS #12 file the certificate "Server" cannot be found by its name, and a serial number loses the zero in front.
#
# Versions: @expo/pkcs12 0.1.3, node-forge 1.4.3 (npm), Node.js, OpenSSL 3.0 to make the files.
# Expected: RFC 7292, section 4.2, and RFC 2985, section 5.5.1: friendlyName is a text, with its capitals; its documentation:
#   getX509CertificateByFriendlyName(p12, alias) "extracts single certificate stored under alias in p12".
# Seen: it looks for the name in small letters, in the belief that node-forge has made all names so, which it has not. "server" is found, and "Server"
#   or "Müller", as `openssl pkcs12 -export -name` has written them, give null, whatever one asks for. A serial number that begins with 0A is told as
#   "A...", with an odd count of digits, and OpenSSL as well as Node.js tell it with the zero.
# Why it matters: files of Java's keytool, which writes small letters, work, and so nobody notices. The others have no certificate, so builds ask for
#   a new key store, or look up a serial number that no list has.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @expo/pkcs12@0.1.3 node-forge@1.4.3 >npm.log 2>&1
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -set_serial 0x0abcdef012 -subj /CN=localhost -keyout key.pem -out cert.pem 2>openssl.log
for name in server Server Müller; do
    openssl pkcs12 -export -in cert.pem -inkey key.pem -name $name -passout pass:password -out $name.p12
done
openssl x509 -in cert.pem -noout -serial | sed 's/.*=//' >serial

cat > find.js <<'JS'
const { X509Certificate } = require("crypto");
const fs = require("fs");
const { getFormattedSerialNumber, getX509Certificate, getX509CertificateByFriendlyName, parsePKCS12 } = require("@expo/pkcs12");

const seen = ["server", "Server", "Müller"].map((name) => {
    const p12 = parsePKCS12(fs.readFileSync(`${name}.p12`), "password");
    const stored = p12.safeContents.flatMap((content) => content.safeBags).map((bag) => bag.attributes.friendlyName?.[0]);
    const found = [name, name.toLowerCase()].map((text) => getX509CertificateByFriendlyName(p12, text) !== null);
    console.log(`"${name}": stored as ${stored}, found by it and by its small letters: ${found}`);
    return `${stored}: ${found}`;
});
const serials = [
    getFormattedSerialNumber(getX509Certificate(parsePKCS12(fs.readFileSync("server.p12"), "password"))),
    new X509Certificate(fs.readFileSync("cert.pem")).serialNumber,
    fs.readFileSync("serial", "utf8").trim(),
];
console.log("serial number, by @expo/pkcs12, Node.js and OpenSSL:", ...serials);
const expected = ["server,server: true,true", "Server,Server: false,false", "Müller,Müller: false,false"];
const right = JSON.stringify(seen) === JSON.stringify(expected);
process.exit(right && String(serials) === "ABCDEF012,0ABCDEF012,0ABCDEF012" ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
