#!/bin/bash
# read-tls-client-hello: the JA4 of a client that offers TLS 1.2 alone says TLS 1.3, and differs from ja4plus's.
#
# Versions: read-tls-client-hello 2.0.0 (npm), ja4plus 1.4.0 and rtls 2026.9.21 (PyPI; rustls as client), Node.js, Python 3.11.
# Expected: JA4's description takes the version from supported_versions: the highest value in it. RFC 8446, section 4.2.1, makes a list of the
#   extension, which may as well name TLS 1.2 alone, and rustls sends it with whatever versions are enabled.
# Seen: read-tls-client-hello takes the presence of the extension for TLS 1.3 and begins the fingerprint with "t13", although it has parsed
#   the list and shows it: [0x0303]. ja4plus begins with "t12"; the rest of the two fingerprints is the same. With OpenSSL limited
#   to TLS 1.2, which leaves the extension out, the two agree.
# Why it matters: fingerprints are there to be compared with lists of them that others have made; for such clients nothing matches,
#   and a report of who still needs TLS 1.2 leaves them out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts read-tls-client-hello@2.0.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ja4plus==1.4.0 rtls==2026.9.21

cat > ja4.js <<'JS'
const { Readable } = require("stream");
const { readTlsClientHello, calculateJa4, getExtensionData } = require("read-tls-client-hello");

const bytes = Buffer.from(process.argv[2], "hex");
readTlsClientHello(Readable.from(bytes, { objectMode: false })).then((hello) => {
  console.log(JSON.stringify([calculateJa4(hello), getExtensionData(hello, "supported_versions")?.versions ?? null]));
});
JS
cat > find.py <<'PY'
import json
import ssl
import subprocess
import sys

import rtls
from ja4plus.fingerprinters.ja4 import generate_ja4
from ja4plus.utils.tls_utils import parse_tls_handshake


def hello(module):
    context = module.SSLContext(module.PROTOCOL_TLS_CLIENT)
    context.maximum_version = module.TLSVersion.TLSv1_2
    incoming, outgoing = module.MemoryBIO(), module.MemoryBIO()
    try:
        context.wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    except module.SSLWantReadError:
        return outgoing.read()


seen = {}
for name, module in (("rustls", rtls), ("OpenSSL", ssl)):
    data = hello(module)
    output = subprocess.run(["node", "ja4.js", data.hex()], capture_output=True, text=True, check=True).stdout
    (by_node, versions), by_python = json.loads(output), generate_ja4(parse_tls_handshake(data))
    print(f"{name}, TLS 1.2 alone: supported_versions {versions}")
    print(f"  read-tls-client-hello: {by_node}\n  ja4plus:               {by_python}")
    seen[name] = versions, by_node[:3], by_python[:3], by_node[3:] == by_python[3:]
sys.exit(seen != {"rustls": ([0x0303], "t13", "t12", True), "OpenSSL": (None, "t12", "t12", True)})
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
