#!/bin/bash
# jksreader: the right password opens RSA keys only, and a trusted certificate in a Java key store is named like its alias and cut wrong.
#
# Versions: jksreader 1.0.0, jks-js 1.1.7 (npm), pyjks 20.0.0, cryptography 50.0.2 (PyPI) to make the stores, Node.js, Python 3.11.
# Expected: a JKS file holds keys of any kind, each as an EncryptedPrivateKeyInfo of PKCS #8 (RFC 5208, section 6), whose header has 24 octets
#   if the key is long and fewer if it is short, by DER's rules for lengths. An entry for a trusted certificate has, like that for a key,
#   alias and time in front of the certificate (pyjks and jks-js say so too). decode() returns null for a wrong password.
# Seen: parse() cuts off 24 octets always. An RSA key is opened; an Ed25519 and a P-256 key give null with the right password. Of a trusted
#   certificate it takes the alias for the type and the upper half of the time for the length: `type` is "ca" and `data` begins with the lower
#   half of the time. What follows in the file is read from the wrong place. jks-js and pyjks read all of it.
# Why it matters: "wrong password" is a cause that everybody believes; and trust stores, which have only such entries, give bytes that are
#   no certificates.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts jksreader@1.0.0 jks-js@1.1.7 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyjks==20.0.0 cryptography==50.0.2
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>openssl.log
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p-256.pem
openssl genpkey -algorithm ED25519 -out ed25519.pem
openssl req -x509 -key p-256.pem -days 30 -subj "/CN=Example CA" -outform DER -out ca.der

venv/bin/python - <<'PY'
import jks
from cryptography.hazmat.primitives import serialization

with open("ca.der", "rb") as file:
    certificate = file.read()
for name in ("rsa", "p-256", "ed25519"):
    with open(name + ".pem", "rb") as file:
        key = serialization.load_pem_private_key(file.read(), None)
    encoding = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    entry = jks.PrivateKeyEntry.new("key", [certificate], key.private_bytes(*encoding), "pkcs8")
    jks.KeyStore.new("jks", [entry]).save(name + ".jks", "password")
jks.KeyStore.new("jks", [jks.TrustedCertEntry.new("ca", certificate)]).save("trust.jks", "password")
for name in ("rsa", "p-256", "ed25519"):
    assert jks.KeyStore.load(name + ".jks", "password").private_keys["key"].is_decrypted()
PY

cat > find.js <<'JS'
const fs = require("fs");
const { X509Certificate } = require("crypto");
const jks = require("jks-js");
const jksreader = require("jksreader");

const seen = ["rsa", "p-256", "ed25519"].map((name) => {
    const [entry] = jksreader.parse(fs.readFileSync(`${name}.jks`)).material;
    const opened = jksreader.decode(entry.key, "password") !== null;
    console.log(`${name}.jks: jksreader ${opened ? "opens the key" : "returns null"}`);
    return opened;
});
const store = fs.readFileSync("trust.jks");
const [entry] = jksreader.parse(store).material;
const same = entry.data.equals(fs.readFileSync("ca.der"));
const other = new X509Certificate(jks.toPem(store, "password").ca.ca).raw.equals(fs.readFileSync("ca.der"));
console.log(`trust.jks: jksreader has the type ${JSON.stringify(entry.type)}, the certificate's bytes: ${same}; jks-js: ${other}`);
seen.push(entry.type, same, other);
process.exit(JSON.stringify(seen) === '[true,false,false,"ca",false,true]' ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
