#!/bin/bash
# puttykeys: of a PuTTY key for RSA it makes a private key that is none, since two of its numbers are wrong, and of one for ECDSA nothing.
#
# Versions: puttykeys 1.0.3, cryptography 42.0.8 (PyPI), Python 3.11, PuTTY's puttygen 0.78 (Debian 12: putty-tools 0.78-2+deb12u2), OpenSSL 3.0,
#   ssh-keygen. Wants `apt-get update` beforehand.
# Expected: puttykeys' summary is "Library to convert Putty private keys to OpenSSH format". RFC 8017, section A.1.2: a private key has exponent1,
#   d mod (p - 1), and exponent2, d mod (q - 1). X.690, section 10.1: in DER a length has as few octets as possible.
# Seen: exponent1 is d mod p, and exponent2 the same number again. OpenSSL says "RSA key not ok", and cryptography "Invalid private key". Lengths
#   below 128 take three octets. PuTTY's own conversion of the same file is good. Of an ECDSA key ppkraw_to_openssh() returns None without a word, and
#   the command ends in "write() argument must be str, not None". Ed25519 keys are right.
# Why it matters: the conversion reports success, and what fails later is whatever reads the key. Let puttygen convert, with -O private-openssh.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download putty-tools=0.78-2+deb12u2 2>apt.log || { cat apt.log; exit 2; }
dpkg -x putty-tools_*.deb .
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check puttykeys==1.0.3 cryptography==42.0.8
for kind in rsa ecdsa ed25519; do
    HOME=$work usr/bin/puttygen -q -t $kind --ppk-param version=2 -C example --new-passphrase /dev/null -o $kind.ppk
    HOME=$work usr/bin/puttygen -q $kind.ppk -O private-openssh -o $kind-putty.pem
done

cat > find.py <<'PY'
import pathlib
import subprocess
import sys

from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key
from puttykeys import ppkraw_to_openssh


def read(text):
    """What cryptography says of a key."""
    try:
        (load_ssh_private_key if b"OPENSSH" in text else load_pem_private_key)(text, None)
        return "read"
    except ValueError as error:
        return str(error)


def check(file):
    done = subprocess.run(["openssl", "rsa", "-in", file, "-noout", "-check"], capture_output=True, text=True)
    return (done.stdout + done.stderr).splitlines()[0]


def numbers(file):
    """The INTEGERs of a key in PEM, and what stands in front of each."""
    lines = subprocess.run(["openssl", "asn1parse", "-in", file], capture_output=True, text=True, check=True).stdout.splitlines()
    found = [line for line in lines if "INTEGER" in line]
    return [int(line.rsplit(":", 1)[1], 16) for line in found], [int(line.split("hl=")[1][:2]) for line in found]


results = {}
for kind in ("rsa", "ecdsa", "ed25519"):
    key = ppkraw_to_openssh(pathlib.Path(f"{kind}.ppk").read_text())
    results[kind] = None if key is None else read(key.encode())
    print(f"{kind}: by puttykeys {results[kind]}, by puttygen {read(pathlib.Path(f'{kind}-putty.pem').read_bytes())}")
    if kind == "rsa":
        pathlib.Path("rsa.pem").write_text(key)
command = subprocess.run([sys.executable, "-m", "puttykeys", "ecdsa.ppk"], capture_output=True, text=True)
results["command"] = command.stderr.splitlines()[-1]
results["check"] = check("rsa.pem"), check("rsa-putty.pem")
(version, n, e, d, p, q, exponent1, exponent2, coefficient), headers = numbers("rsa.pem")
results["exponents"] = exponent1 == d % p, exponent2 == d % p, exponent1 == d % (p - 1), exponent2 == d % (q - 1)
results["exponent's header"] = headers[2]
for what in ("command", "check", "exponents", "exponent's header"):
    print(f"{what}: {results[what]}")
expected = {
    "rsa": "Invalid private key",
    "ecdsa": None,
    "ed25519": "read",
    "command": "TypeError: write() argument must be str, not None",
    "check": ("RSA key not ok", "RSA key ok"),
    "exponents": (True, True, False, False),
    "exponent's header": 4,
}
sys.exit(results != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
