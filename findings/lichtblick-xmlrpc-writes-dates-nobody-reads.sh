#!/bin/bash
# @lichtblick/xmlrpc: dates are written in a form that Python's xmlrpc refuses, octets become a struct, integers have an exponent.
#
# Versions: @lichtblick/xmlrpc 1.0.0 (npm), Node.js; xmlrpc.client of Python 3.11 as the other side.
# Expected: the specification of XML-RPC: a date is "19980717T14:08:55", <int> a "four-byte signed integer", octets are <base64>, and
#   numbers beyond that are <double>, without an exponent. Python reads all of it so.
# Seen: serializeMethodCall() writes <dateTime.iso8601>2026-11-30T08:00:00.000Z, on which Python's loads() with use_builtin_types raises a
#   ValueError; a Uint8Array becomes <struct> with the members "0" and "1"; 2147483648 and 1e21 become <int>2147483648 and
#   <int>1e+21, the second of which int() refuses.
# Why it matters: calls with a time or with a file fail in servers that keep to the specification, as Python's.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @lichtblick/xmlrpc@1.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { serializeMethodCall } = require("@lichtblick/xmlrpc");

(async () => {
  const values = [new Date("2026-11-30T08:00:00Z"), new Uint8Array([0, 255]), 2147483648, 1e21, 1.5, "text"];
  const calls = [];
  for (const value of values) calls.push(await serializeMethodCall("f", [value]));
  console.log(JSON.stringify(calls));
})();
JS
cat > find.py <<'PY'
import json
import re
import sys
import textwrap
import xmlrpc.client

for call in json.load(sys.stdin):
    value = re.search("<param><value>(.*)</value></param>", call)[1]
    print(*textwrap.wrap(value, 100, break_on_hyphens=False), sep="\n    ")
    try:
        print("  Python reads", xmlrpc.client.loads(call, use_builtin_types=True)[0][0])
    except ValueError as error:
        print("  Python:", error)
PY
timeout 60 node find.cjs | python3 find.py | tee seen
cat > expected <<'TEXT'
<dateTime.iso8601>2026-11-30T08:00:00.000Z</dateTime.iso8601>
  Python: time data '2026-11-30T08:00:00.000Z' does not match format '%Y%m%dT%H:%M:%S'
<struct><member><name>0</name><value><int>0</int></value></member><member><name>1</name><value><int>
    255</int></value></member></struct>
  Python reads {'0': 0, '1': 255}
<int>2147483648</int>
  Python reads 2147483648
<int>1e+21</int>
  Python: invalid literal for int() with base 10: '1e+21'
<double>1.5</double>
  Python reads 1.5
<string>text</string>
  Python reads text
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
