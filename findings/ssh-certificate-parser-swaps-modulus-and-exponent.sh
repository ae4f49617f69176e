#!/bin/bash
# ssh-certificate-parser: of an RSA key the modulus is 65537 and the exponent is the modulus, and a certificate with a long forced command cannot be read.
#
# Versions: ssh-certificate-parser 1.6.0 (PyPI), Python 3.11, ssh-keygen of OpenSSH to make the certificates.
# Expected: OpenSSH's PROTOCOL.certkeys: an RSA certificate has the nonce, "e" and then "n"; critical options and extensions are pairs of a name and
#   data, and the data of force-command is a string inside that string. The package's README has that it supports RSA keys signed by an RSA
#   certificate authority.
# Seen: pubkey_parts has the exponent as "n" and the modulus as "e", and so has the CA's key. The options are a flat list, names and data in turn, and
#   the data begins with the four octets of its length: "\x00\x00\x00\r/usr/bin/true". From 128 octets on the last of these is no UTF-8, and of a
#   certificate with such a command from_file() gives a UnicodeDecodeError. The package as a command, "python -m", raises TypeError for each file.
# Why it matters: a check of key sizes sees RSA keys of 17 bits; an inventory of forced commands gets them wrong, and has no answer for long ones.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ssh-certificate-parser==1.6.0
ssh-keygen -q -t rsa -b 3072 -N '' -C ca -f ca
ssh-keygen -q -t rsa -b 2048 -N '' -C short -f short
cp short.pub long.pub
ssh-keygen -q -s ca -I short -n alice -V +1d -O force-command=/usr/bin/true short.pub
ssh-keygen -q -s ca -I long -n alice -V +1d -O force-command="/usr/bin/printf $(printf 'x%.0s' {1..140})" long.pub

cat > find.py <<'PY'
import subprocess
import sys

from ssh_certificate_parser import SSHCertificate


def bits(octets):
    return int.from_bytes(octets, "big").bit_length()


certificate = SSHCertificate.from_file("short-cert.pub")
seen = {
    "key's n and e, in bits": (bits(certificate.pubkey_parts["n"]), bits(certificate.pubkey_parts["e"])),
    "CA's modulus and exponent, in bits": (bits(certificate.ca.modulus), bits(certificate.ca.exponent)),
    "critical options": certificate.crits,
    "extensions": certificate.exts[:4],
}
try:
    seen["long command"] = SSHCertificate.from_file("long-cert.pub").crits
except UnicodeDecodeError as error:
    seen["long command"] = error.reason
command = subprocess.run([sys.executable, "-m", "ssh_certificate_parser", "short-cert.pub"], capture_output=True, text=True)
seen["as a command"] = command.stderr.splitlines()[-1].split(":")[0]
for what, value in seen.items():
    print(f"{what}: {value}")
expected = {
    "key's n and e, in bits": (17, 2048),
    "CA's modulus and exponent, in bits": (17, 3072),
    "critical options": ["force-command", "\x00\x00\x00\r/usr/bin/true"],
    "extensions": ["permit-X11-forwarding", "", "permit-agent-forwarding", ""],
    "long command": "invalid start byte",
    "as a command": "TypeError",
}
sys.exit(seen != expected)
PY
ssh-keygen -L -f short-cert.pub | grep -A 1 'Critical'
ssh-keygen -l -f short-cert.pub | cut -d' ' -f1
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
