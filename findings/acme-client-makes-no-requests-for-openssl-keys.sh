#!/bin/bash
# acme-client: a key in the older PEM forms will do for an account, but no certificate can be requested for it.
#
# Versions: acme-client 5.4.0 (npm), Node.js, OpenSSL 3.0 to make the keys.
# Expected: RFC 5915, section 4, has "BEGIN EC PRIVATE KEY" for EC keys, and RFC 8017, appendix A.1.2, the contents of "BEGIN RSA PRIVATE KEY";
#   OpenSSL writes such files still, and reads them everywhere. The documentation of createCsr() asks for a "PEM encoded CSR private key", as
#   that of getJwk() and getPublicKey() for a "PEM encoded private or public key".
# Seen: getJwk() and getPublicKey() take all four kinds of file. createCsr() takes those that begin with "BEGIN PRIVATE KEY" and raises
#   "Invalid keyData" for the same two keys in the older forms: it hands the bytes to WebCrypto as PKCS #8 whatever the file says.
# Why it matters: a key that a server has had for years is mostly in such a form. The account works, the order is made, and the request at
#   its end fails with a message that names neither the file nor its form.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts acme-client@5.4.0 >npm.log 2>&1
openssl ecparam -name prime256v1 -genkey -noout -out ec-sec1.pem
openssl genrsa -traditional -out rsa-pkcs1.pem 2048 2>openssl.log
for kind in ec-sec1 rsa-pkcs1; do
    openssl pkcs8 -topk8 -nocrypt -in $kind.pem -out ${kind%-*}-pkcs8.pem
    openssl req -new -key $kind.pem -subj /CN=localhost -out openssl.csr
done

cat > find.js <<'JS'
const fs = require("fs");
const { crypto } = require("acme-client");

async function outcome(call) {
  try {
    await call();
    return "ok";
  } catch (error) {
    return error.message;
  }
}

(async () => {
  const seen = {};
  for (const name of ["ec-pkcs8", "ec-sec1", "rsa-pkcs8", "rsa-pkcs1"]) {
    const key = fs.readFileSync(name + ".pem");
    seen[name] = [
      await outcome(() => crypto.getJwk(key)),
      await outcome(() => crypto.getPublicKey(key)),
      await outcome(() => crypto.createCsr({ commonName: "localhost" }, key)),
    ];
    const [jwk, publicKey, csr] = seen[name];
    console.log(`${key.toString().split("\n")[0]} (${name}): getJwk ${jwk}, getPublicKey ${publicKey}, createCsr ${csr}`);
  }
  const expected = {
    "ec-pkcs8": ["ok", "ok", "ok"],
    "ec-sec1": ["ok", "ok", "Invalid keyData"],
    "rsa-pkcs8": ["ok", "ok", "ok"],
    "rsa-pkcs1": ["ok", "ok", "Invalid keyData"],
  };
  process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
})();
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
