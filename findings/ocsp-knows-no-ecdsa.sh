#!/bin/bash
# ocsp (npm): an answer that is signed with ECDSA, or by anything but RSA with PKCS #1 v1.5, is an "Unknown signature algorithm".
#
# Versions: ocsp 1.2.0, its fork @techteamer/ocsp 1.0.1 for comparison (npm), Node.js, OpenSSL 3.0 as the responder.
# Expected: RFC 5758, section 3.2, has ecdsa-with-SHA256 for certificates and what is signed like them; RFC 6960, section 4.3, asks for RSA at least. CAs
#   with elliptic keys sign their answers with them. The package hands the signature to Node's crypto, which verifies all of these.
# Seen: the names of four RSA algorithms are all that is known. The answer for a certificate of a CA with a P-256 key, the same with P-384, and one of an
#   RSA key with PSS are refused, "Unknown signature algorithm 1,2,840,10045,4,3,2" and so on, while OpenSSL says "Response verify OK". RSA with SHA-256 is
#   accepted. The fork accepts ECDSA, not PSS.
# Why it matters: the agent of this package destroys the connection on such an error, so that servers with certificates of elliptic CAs, stapled or not,
#   cannot be reached, and the message names numbers. Take the fork.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ocsp@1.2.0 @techteamer/ocsp@1.0.1 >npm.log 2>&1

make() {
    name=$1
    shift
    openssl req -x509 "$@" -nodes -days 30 -subj /CN=ca-$name -keyout $name-ca.key -out $name-ca.pem 2>openssl.log
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=www.example.org -keyout $name.key -out $name.csr 2>openssl.log
    openssl x509 -req -in $name.csr -CA $name-ca.pem -CAkey $name-ca.key -set_serial 4660 -days 30 -out $name.pem 2>openssl.log
    printf 'V\t491231235959Z\t\t1234\tunknown\t/CN=www.example.org\n' > $name.txt
}
answer() {
    openssl ocsp -issuer $1-ca.pem -cert $1.pem -no_nonce -reqout $1.req >openssl.log 2>&1
    openssl ocsp -index $1.txt -CA $1-ca.pem -rsigner $1-ca.pem -rkey $1-ca.key -rmd sha256 ${2:-} ${3:-} -reqin $1.req -respout $1.resp -ndays 1 \
        >openssl.log 2>&1
    openssl ocsp -issuer $1-ca.pem -cert $1.pem -no_nonce -respin $1.resp -CAfile $1-ca.pem 2>&1 | grep -q '^Response verify OK'
}
make rsa -newkey rsa:2048
answer rsa
make p256 -newkey ec -pkeyopt ec_paramgen_curve:P-256
answer p256
make p384 -newkey ec -pkeyopt ec_paramgen_curve:P-384
answer p384
make pss -newkey rsa:2048
answer pss -rsigopt rsa_padding_mode:pss

cat > find.js <<'JS'
const fs = require("fs");
const packages = { ocsp: require("ocsp"), "@techteamer/ocsp": require("@techteamer/ocsp") };

(async () => {
  const seen = {};
  for (const [name, ocsp] of Object.entries(packages)) {
    seen[name] = [];
    for (const kind of ["rsa", "p256", "p384", "pss"]) {
      const request = ocsp.request.generate(fs.readFileSync(`${kind}.pem`), fs.readFileSync(`${kind}-ca.pem`));
      const result = await new Promise((resolve) => {
        ocsp.verify({ request, response: fs.readFileSync(`${kind}.resp`) }, (error) => resolve(error ? error.message : "good"));
      });
      console.log(`${name}, ${kind}: ${result}`);
      seen[name].push(result);
    }
  }
  const unknown = (oid) => `Unknown signature algorithm ${oid}`;
  const pss = unknown("1,2,840,113549,1,1,10");
  const expected = {
    ocsp: ["good", unknown("1,2,840,10045,4,3,2"), unknown("1,2,840,10045,4,3,2"), pss],
    "@techteamer/ocsp": ["good", "good", "good", pss],
  };
  process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
})();
JS
node find.js 2>node.log || { echo "CHANGED: see above"; cat node.log; exit 1; }
