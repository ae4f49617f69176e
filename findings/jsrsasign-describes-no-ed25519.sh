#!/bin/bash
# jsrsasign: getInfo() of a certificate with an Ed25519 key, or with an RSA key for PSS, ends in "unsupported PKCS#8 public key hex".
#
# Versions: jsrsasign 11.1.5 (npm), Node.js, OpenSSL 3.0 to make the certificates.
# Expected: RFC 8410 and RFC 4055, section 1.2, have these keys for certificates. getInfo() gives what `openssl x509 -text` does, as text, and for
#   what it does not know (extensions, signature algorithms) it prints the identifier.
# Seen: for an RSA and a P-256 key it gives a text of ten lines and more. For the other two it raises, and nothing is printed of names,
#   dates and extensions, although getSubjectString(), getNotAfter() and getParam() of the same object give them.
# Why it matters: a page that shows uploaded certificates shows an error about PKCS #8, which is a format for private keys, and not even the name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts jsrsasign@11.1.5 >npm.log 2>&1
make() {
    name=$1
    shift
    openssl req -x509 -newkey "$@" -nodes -days 30 -subj /CN=localhost -keyout key.pem -out "$name.pem" 2>openssl.log
}
make rsa rsa:2048
make p-256 ec -pkeyopt ec_paramgen_curve:P-256
make ed25519 ed25519
make rsa-pss rsa-pss -pkeyopt rsa_keygen_bits:2048

cat > find.js <<'JS'
const fs = require("fs");
const { X509 } = require("jsrsasign");

const seen = ["rsa", "p-256", "ed25519", "rsa-pss"].map((name) => {
    const certificate = new X509(fs.readFileSync(`${name}.pem`, "utf8"));
    let info;
    try {
        info = certificate.getInfo().split("\n").length >= 10 ? "a text" : "too little";
    } catch (error) {
        info = String(error.message || error);
    }
    console.log(`${name}: subject ${certificate.getSubjectString()}; getInfo(): ${info}`);
    return info;
});
const refused = "unsupported PKCS#8 public key hex";
process.exit(JSON.stringify(seen) === JSON.stringify(["a text", "a text", refused, refused]) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
