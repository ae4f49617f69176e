#!/bin/bash
# openssl-cert-tools: with OpenSSL 3 every MD5 begins with "MD5", every certificate of a chain with two lines of text, and a comma in a name splits
# it.
#
# Versions: openssl-cert-tools 1.4.3 (npm), Node.js, OpenSSL 3.0, which it calls.
# Expected: its documentation: getCertificateHash() "returns a MD5 hash", in the examples 32 hexadecimal digits; getCertificateChain() an array of
#   texts, each of which begins with "-----BEGIN CERTIFICATE-----". RFC 5280, section 4.1.2.4: the organization's name is a text; RFC 4514, section
#   2.4, has a backslash before a comma in it.
# Seen: the hash is "MD5" with the 32 digits behind it, since OpenSSL now writes "MD5(stdin)= " before them and the package takes "(stdin)= " away. In
#   a chain each certificate has the lines "a:PKEY:" and "v:NotBefore:" of `s_client` before it. For O = Example, Inc. the organization is "Example\",
#   and there is an attribute "Inc." without a value; of two organizational units one is left.
# Why it matters: hashes that were kept from an older machine match no more, programs that look for the label at the start find no certificate, and
#   the names of companies, many of which have a comma, are wrong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts openssl-cert-tools@1.4.3 >npm.log 2>&1
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/O=Example, Inc./OU=One/OU=Two/CN=localhost' \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.js <<'JS'
const fs = require("fs");
const tls = require("tls");
const { promisify } = require("util");
const tools = require("openssl-cert-tools");

const [key, cert] = ["key.pem", "cert.pem"].map((name) => fs.readFileSync(name));
const server = tls.createServer({ key, cert }, (socket) => socket.on("error", () => {}));
server.listen(0, "localhost", async () => {
    const hash = await promisify(tools.getCertificateHash)(cert);
    const { subject } = await promisify(tools.getCertificateInfo)(cert);
    const chain = await promisify(tools.getCertificateChain)("localhost", server.address().port);
    const lines = chain[0].trim().split("\n");
    const before = lines.slice(0, lines.indexOf("-----BEGIN CERTIFICATE-----"));
    console.log("hash:", hash);
    console.log("subject:", subject);
    console.log("certificates:", chain.length, "and before the label:", before);
    const asStated =
        /^MD5[0-9a-f]{32}$/.test(hash) &&
        subject.O === "Example\\" &&
        Object.hasOwn(subject, "Inc.") &&
        /^(One|Two)$/.test(subject.OU) &&
        before.length === 2 &&
        before.every((line) => /^\s*[av]:/.test(line));
    process.exit(asStated ? 0 : 1);
});
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
