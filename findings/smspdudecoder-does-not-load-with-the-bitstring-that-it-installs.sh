#!/bin/bash
# smspdudecoder: installed as it asks, with any bitstring, it cannot be imported; the class that it uses went out of bitstring with version 5. And the
# bitstring before reads all its messages.
#
# Versions: smspdudecoder 2.2.0 with bitstring 5.0.0 and 4.3.1 (PyPI), Python 3.11.
# Expected: a package names the versions it works with. Its metadata ask for "bitstring>=3.1" with no end. bitstring 5.0 has no BitStream and no
#   ConstBitStream any more.
# Seen: "from smspdudecoder.easy import read_incoming_sms" is ImportError "cannot import name 'BitStream' from 'bitstring'". With bitstring 4.3.1 from a
#   second folder the same message is read, "hellohello".
# Why it matters: each fresh installation of a gateway for SMS fails at its start since October 2026, and none of its own files has changed. Install it
#   with "bitstring<5".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check smspdudecoder==2.2.0 bitstring==5.0.0
timeout 60 venv/bin/pip install -qq --disable-pip-version-check --target old bitstring==4.3.1

cat > find.py <<'PY'
import importlib.metadata
import subprocess
import sys

CODE = """
import bitstring
from smspdudecoder.easy import read_incoming_sms
message = read_incoming_sms("07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37")
print(bitstring.__version__, message["content"], message["date"])
"""
print("asks for:", importlib.metadata.requires("smspdudecoder"))
results = []
for name, path in (("5.0.0", []), ("4.3.1", ["old"])):
    code = f"import sys; sys.path[:0] = {path!r}\n{CODE}"
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=20)
    results.append((run.returncode, (run.stdout + run.stderr).strip().splitlines()[-1]))
    print(f"with bitstring {name}: {results[-1]}")
sys.exit(
    results[0][0] == 0
    or "cannot import name 'BitStream' from 'bitstring'" not in results[0][1]
    or results[1][0] != 0
    or "hellohello" not in results[1][1]
    or any("bitstring" in text and any(sign in text for sign in "<~") for text in importlib.metadata.requires("smspdudecoder"))
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
