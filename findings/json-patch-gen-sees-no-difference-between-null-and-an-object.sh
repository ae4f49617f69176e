#!/bin/bash
# json-patch-gen: between { a: null } and { a: {} } it finds no difference, so that the patch is empty; with members in the object it fails.
#
# Versions: json-patch-gen 1.0.2 and, to compare with and to apply, json8-patch 1.0.6 (npm), Node.js.
# Expected: RFC 6902, section 1, and its description: "generates JSON patches (RFC 6902)": the patch, applied to the first document, gives the second.
#   RFC 8259, section 3: null and {} are two values.
# Seen: gen({ a: null }, { a: {} }) and gen({ a: {} }, { a: null }) give []; json8-patch gives a replace. From or to { a: { b: 1 } } it ends in
#   "Cannot use 'in' operator to search for 'b' in null".
# Why it matters: "no address" and "an address without entries" are kept apart by servers: the change of the user is not sent, nobody notices, and the
#   two sides differ from then on.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts json-patch-gen@1.0.2 json8-patch@1.0.6 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const generate = require("json-patch-gen");
const { apply, diff } = require("json8-patch");

for (const [from, to] of [[{ a: 1 }, { a: null }], [{ a: null }, { a: {} }], [{ a: {} }, { a: null }], [{ a: { b: 1 } }, { a: null }], [{ a: null }, { a: { b: 1 } }]]) {
  const attempt = (f) => {
    try {
      const patch = f(structuredClone(from), structuredClone(to));
      return `${JSON.stringify(patch)} gives ${JSON.stringify(apply(structuredClone(from), patch).doc)}`;
    } catch (error) {
      return error.message;
    }
  };
  console.log(`${JSON.stringify(from)} to ${JSON.stringify(to)}\n  json-patch-gen: ${attempt(generate)}\n  json8-patch:    ${attempt(diff)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
{"a":1} to {"a":null}
  json-patch-gen: [{"op":"replace","path":"/a","value":null}] gives {"a":null}
  json8-patch:    [{"op":"replace","path":"/a","value":null}] gives {"a":null}
{"a":null} to {"a":{}}
  json-patch-gen: [] gives {"a":null}
  json8-patch:    [{"op":"replace","path":"/a","value":{}}] gives {"a":{}}
{"a":{}} to {"a":null}
  json-patch-gen: [] gives {"a":{}}
  json8-patch:    [{"op":"replace","path":"/a","value":null}] gives {"a":null}
{"a":{"b":1}} to {"a":null}
  json-patch-gen: Cannot use 'in' operator to search for 'b' in null
  json8-patch:    [{"op":"replace","path":"/a","value":null}] gives {"a":null}
{"a":null} to {"a":{"b":1}}
  json-patch-gen: Cannot use 'in' operator to search for 'b' in null
  json8-patch:    [{"op":"replace","path":"/a","value":{"b":1}}] gives {"a":{"b":1}}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
