#!/bin/bash
# create-cert-files: the second certificate that a program makes has the names of the first, and the address ::1 is none in either.
#
# Versions: create-cert-files 1.1.0 with selfsigned 1.10.14 (npm), Node.js, OpenSSL 3.0 to read the certificates.
# Expected: its documentation: `altNames` is "an array of subjectAltName", which are added to those that are there anyway, and each call has paths of
#   its own. RFC 5280, section 4.2.1.6: an address is an iPAddress of four or sixteen octets, and a dNSName is a host name.
# Seen: the first certificate, for one.example.org, has that name. The second, for two.example.org, has one.example.org again, and not its own. Both
#   have the DNS name "[::1]", which no client takes for the address, and fe80::1 as an address. Made by a process of its own the second is right.
# Why it matters: a proxy or a build that serves several hosts gets, for all but one of them, certificates that every client refuses, and the paths
#   and files look right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts create-cert-files@1.1.0 selfsigned@1.10.14 >npm.log 2>&1

cat > make.js <<'JS'
const create = require("create-cert-files");
// Each argument names a certificate and its host.
for (const name of process.argv.slice(2)) {
    const altNames = [{ type: 2, value: `${name.replace("alone-", "")}.example.org` }];
    create({ keyPath: `${name}.key`, certPath: `${name}.crt`, altNames });
}
JS
cat > find.js <<'JS'
const fs = require("fs");
const { execFileSync } = require("child_process");
const { X509Certificate } = require("crypto");

for (const names of [["one", "two"], ["alone-two"]]) execFileSync("node", ["--no-deprecation", "make.js", ...names]);
const seen = {};
for (const name of ["one", "two", "alone-two"]) {
    const cert = new X509Certificate(fs.readFileSync(`${name}.crt`));
    console.log(`${name}: ${cert.subjectAltName}`);
    const found = ["one.example.org", "two.example.org"].filter((host) => cert.checkHost(host));
    seen[name] = [...found, cert.subjectAltName.includes("DNS:[::1]"), Boolean(cert.checkIP("::1"))].join();
}
const expected = {
    one: "one.example.org,true,false",
    two: "one.example.org,true,false",
    "alone-two": "two.example.org,true,false",
};
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
