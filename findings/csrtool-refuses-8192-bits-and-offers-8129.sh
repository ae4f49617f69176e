#!/bin/bash
# csrtool: an RSA key of 8,192 bits is an "Invalid key size", and among the valid ones that it offers is 8129.
#
# Versions: csrtool 0.0.8, cryptography 50.0.2 (PyPI), Python 3.11.
# Expected: its help: "-k LEN: Length of RSA private key (default: 4096)". The CA/Browser Forum's Baseline Requirements, 6.1.5: the number of bits of
#   an RSA key is "evenly divisible by 8". cryptography and OpenSSL make keys of 8,192 bits.
# Seen: "csr -k 8192" ends with exit code 1 and "Invalid key size, valid sizes are: 1024, 2048, 3072, 4096, 8129, 16384". With 8129 the check passes, and a
#   request for such a key is made.
# Why it matters: who follows the message waits for a key that no public CA may certify, since 8,129 is not divisible by 8, and sees no difference.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check csrtool==0.0.8 cryptography==50.0.2
set +e
venv/bin/csr --org 'Example' -w out -k 8192 www.example.com >seen 2>&1
echo "exit code $?" >>seen
# The size itself is checked, and not waited for.
venv/bin/python -c 'from csrtool.csrutils import validate_key_size; print("8129:", validate_key_size(8129))' >>seen 2>&1
venv/bin/python -c 'from csrtool.csrutils import validate_key_size; print("8192:", validate_key_size(8192))' 2>&1 | tail -1 >>seen
set -e
cat seen
cat > expected <<'TEXT'
Invalid key size, valid sizes are: 1024, 2048, 3072, 4096, 8129, 16384
exit code 1
8129: None
ValueError: 8192 is not in list
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
