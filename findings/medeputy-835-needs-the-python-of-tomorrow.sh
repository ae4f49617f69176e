#!/bin/bash
# Medeputy-835, for X12: says that it runs with Python 3.9, installs there, and cannot be imported before 3.14.
#
# Versions: Medeputy-835 0.1.1 (PyPI), Python 3.11.
# Expected: Requires-Python of the package is ">=3.9", and its description has "Requirements: Python 3.10+". Up to Python 3.13 annotations are
#   evaluated when a function is defined (PEP 649 postpones that in 3.14), so that a class cannot be named inside itself without quotation marks or
#   "from __future__ import annotations".
# Seen: "import medeputy835" ends with NameError: name 'DataElement' is not defined. With that import in front of each of its four modules
#   everything works: it reads a document with "|" and line feeds as separators.
# Why it matters: pip chooses versions by Requires-Python; here it installs what no user of 3.9 to 3.13 can use.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check Medeputy-835==0.1.1

cat > find.py <<'PY'
import importlib.metadata
import io
import pathlib
import subprocess
import sys

print("Requires-Python:", importlib.metadata.metadata("Medeputy-835")["Requires-Python"], "- this is", sys.version.split()[0])
script = "import medeputy835"
error = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stderr.strip().split("\n")[-1]
print("import medeputy835:", error)
folder = pathlib.Path(importlib.metadata.distribution("Medeputy-835").locate_file("medeputy835"))
for module in folder.glob("*.py"):
    module.write_text("from __future__ import annotations\n" + module.read_text())
from medeputy835 import X12Parser

ISA = "ISA|00|          |00|          |ZZ|SENDER         |ZZ|RECEIVER       |260101|1200|^|00501|000000001|0|P|:\n"
names = [segment.name for segment in X12Parser().parse(io.BytesIO((ISA + "GS|HP\nGE|1\nIEA|1\n").encode()))]
print("with postponed annotations:", names)
sys.exit(error != "NameError: name 'DataElement' is not defined" or names != ["ISA", "GS", "GE", "IEA"])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
