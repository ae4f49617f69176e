#!/bin/bash
# cbor2pure and cbor-json: both install today's cbor2 and use names that it no longer has, so that one cannot be imported and the other
#   converts nothing.
#
# Versions: cbor2pure 5.8.0, cbor-json 0.1.0, with what pip installs by their requirements, cbor2 6.3.0, and with cbor2 5.9.0 to compare
#   (PyPI), Python 3.11.
# Expected: pip install, import, use. The documentation of cbor2pure: "implemented in pure python"; of cbor-json: "Three-way conversion
#   between 'native' Python data representation, CBOR, and JSON".
# Seen: cbor2pure requires any cbor2, and "import cbor2pure" is an ImportError, "cannot import name 'CBORDecodeValueError' from 'cbor2'".
#   cbor-json is imported, and each call raises AttributeError, "module 'cbor2' has no attribute 'FrozenDict'", for one number too. With cbor2
#   5.9.0 in the same environment both work.
# Why it matters: a package that has no C or Rust in it is chosen for systems where cbor2 does not install; it does not work without, and not
#   with it. Tests with a lock file of last year pass. Require cbor2<6 beside them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > find.py <<'PY'
import importlib.metadata

print("with cbor2", importlib.metadata.version("cbor2"))
try:
    import cbor2pure

    print("cbor2pure:", cbor2pure.loads(cbor2pure.dumps({"a": 1})))
except ImportError as error:
    print(f"cbor2pure: ImportError: {str(error).partition(' (')[0]}")
try:
    import cbor_json

    print("cbor-json:", cbor_json.jsonable_from_cbor(b"\x01"), cbor_json.cbor_from_native([1, 2]))
except AttributeError as error:
    print(f"cbor-json: AttributeError: {error}")
PY
for constraint in "cbor2==6.3.0" "cbor2==5.9.0"; do
    rm -rf venv
    python3 -m venv venv
    venv/bin/pip install -qq --disable-pip-version-check cbor2pure==5.8.0 cbor-json==0.1.0 "$constraint"
    timeout 30 venv/bin/python find.py | tee -a seen
done
venv/bin/python -c '
import importlib.metadata
print("required by cbor2pure:", importlib.metadata.requires("cbor2pure"), "by cbor-json:", importlib.metadata.requires("cbor-json"))'
cat > expected <<'TEXT'
with cbor2 6.3.0
cbor2pure: ImportError: cannot import name 'CBORDecodeValueError' from 'cbor2'
cbor-json: AttributeError: module 'cbor2' has no attribute 'FrozenDict'
with cbor2 5.9.0
cbor2pure: {'a': 1}
cbor-json: 1 b'\x82\x01\x02'
TEXT
cmp -s seen expected || { echo "CHANGED: see above"; exit 1; }
