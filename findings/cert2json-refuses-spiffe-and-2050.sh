#!/bin/bash
# cert2json: no certificate with a URI among its names, and none that is valid beyond 2049, can be read.
#
# Versions: cert2json 1.0.13 (npm), Node.js.
# Expected: RFC 5280, section 4.2.1.6: a subject alternative name may be a URI (that is what SPIFFE puts the workload's identity into);
#   section 4.1.2.5: dates from 2050 on are GeneralizedTime.
# Seen: parse() raises "No support for cont [ 6 ]" for the first and "No parsing function for GENERALIZEDTIME" for the second, and gives
#   nothing of the rest of the certificate. The same certificate with a DNS name and a date in 2049 is read.
# Why it matters: service meshes give their workloads URI names only, and private roots live long; a tool that prints a peer's
#   certificate fails on just these.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cert2json@1.0.13 >npm.log 2>&1

make() { # FILE DAYS NAME
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$2" -subj /CN=test \
        -addext "subjectAltName=$3" -keyout key.pem -out "$1" 2>>openssl.log
}
make dns.pem 365 DNS:localhost
make uri.pem 365 URI:spiffe://example.org/service
make long.pem 36500 DNS:localhost

cat > find.js <<'JS'
const fs = require("fs");
const { parse } = require("cert2json");

const seen = ["dns", "uri", "long"].map((name) => {
  try {
    return parse(fs.readFileSync(name + ".pem", "utf8")).tbs.subject.full;
  } catch (error) {
    return String(error.message || error);
  }
});
["a DNS name", "a URI", "a hundred years"].forEach((what, i) => console.log(`${what}: ${seen[i]}`));
const same = seen[0] === "CN=test" && seen[1].includes("No support for cont [ 6 ]") && seen[2].includes("GENERALIZEDTIME");
process.exit(same ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
