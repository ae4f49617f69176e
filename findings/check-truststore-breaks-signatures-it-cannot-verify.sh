#!/bin/bash
# check-truststore: a certificate whose signature is Ed25519 or RSASSA-PSS has a broken signature, by its account.
#
# Versions: check-truststore 1.2.6, cryptography 46.0.3 (PyPI), Python 3.11, OpenSSL 3.0.
# Expected: its documentation: signatures (RSA and ECDSA) are verified between certificates, with "Broken: Signature verification
#   failed", and "Unknown" where the issuer is missing, so that it "cannot verify". RFC 4055 has RSASSA-PSS signatures made with
#   RSA keys, RFC 8410 Ed25519 ones.
# Seen: "[❌][💥] <SIG_INVALID>" for a root with an Ed25519 key, for one with an RSA key that has signed itself with PSS, and for a certificate
#   issued by the former. OpenSSL verifies each of them. An RSA root with a PKCS #1 v1.5 signature, and an ECDSA one, are locked.
# Why it matters: a broken signature is what a forged or damaged certificate has; whoever sees it throws a good root away. The status and
#   the other formats, for monitoring, say the same: "isValid": false.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check check-truststore==1.2.6 cryptography==46.0.3
root() {
    name=$1
    shift
    openssl req -x509 -nodes -days 90 -subj "/CN=$name root" -addext keyUsage=critical,keyCertSign \
        -keyout "$name.key" -out "$name.pem" "$@" 2>openssl.log
    openssl verify -x509_strict -CAfile "$name.pem" "$name.pem"
}
root ECDSA -newkey ec -pkeyopt ec_paramgen_curve:P-256
root RSA -newkey rsa:2048
root PSS -newkey rsa:2048 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
root Ed25519 -newkey ed25519
openssl req -newkey ed25519 -nodes -subj /CN=localhost -keyout key.pem -out csr.pem 2>openssl.log
printf 'subjectAltName=DNS:localhost\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' > extensions
openssl x509 -req -in csr.pem -CA Ed25519.pem -CAkey Ed25519.key -days 80 -extfile extensions -out leaf.pem 2>openssl.log
openssl verify -x509_strict -CAfile Ed25519.pem leaf.pem
cat leaf.pem Ed25519.pem > chain.pem

cat > find.py <<'PY'
import subprocess
import sys

seen = {}
for name in ("ECDSA", "RSA", "PSS", "Ed25519", "chain"):
    command = ["venv/bin/check_truststore", "--no-cache", f"{name}.pem"]
    lines = subprocess.run(command, capture_output=True, text=True, env={"PYTHONUTF8": "1", "HOME": "."}).stdout.splitlines()
    seen[name] = [line.strip() for line in lines if "💥" in line or "🔒" in line]
    print(name, *seen[name], sep=": ")
broken = {name: ["<SIG_INVALID>" in line for line in lines] for name, lines in seen.items()}
sys.exit(broken != {"ECDSA": [False], "RSA": [False], "PSS": [True], "Ed25519": [True], "chain": [True, True]})
PY
PYTHONUTF8=1 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
