#!/bin/bash
# @thenorthmemory/multipart: a file that is given as text has no name, as in its documentation's own example, and a quote ends the name of others.
#
# Versions: @thenorthmemory/multipart 1.0.0 (npm), Node.js with its own reader of forms.
# Expected: its documentation: .append('d', JSON.stringify({}), 'any.json') makes a file with that name. RFC 7578, section 4.2: for files
#   the name is in "filename"; in a quoted string a quote cannot stand as it is (RFC 2183, section 2; browsers write %22).
# Seen: of a text with the name "any.json" the type is application/json, but "filename" is missing, so that it is no file but a field for
#   the server; the same as a Buffer has it. The name 'a "b".json' is written as filename="a "b".json", which Node.js cannot read at all.
# Why it matters: servers look for a file, as the interfaces of payment and mail services want it, and answer that there is none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @thenorthmemory/multipart@1.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import Multipart from "@thenorthmemory/multipart";

async function read(headers, body) {
  try {
    const form = await new Response(body, { headers }).formData();
    const value = form.get("d");
    return typeof value === "string" ? "a field" : `a file, "${value.name}"`;
  } catch (error) {
    return `cannot be read: ${error.constructor.name}`;
  }
}
for (const [what, value, name] of [["text", "{}", "any.json"], ["Buffer", Buffer.from("{}"), "any.json"], ["with quotes", Buffer.from("{}"), 'a "b".json']]) {
  const form = new Multipart().append("d", value, name);
  console.log(`${what}: ${String(form.getBuffer()).split("\r\n")[1]}`);
  console.log(`  Node.js: ${await read(form.getHeaders(), form.getBuffer())}`);
}
const form = new FormData();
form.append("d", new Blob(["{}"]), 'a "b".json');
const response = new Response(form);
const body = Buffer.from(await response.clone().arrayBuffer());
console.log(`Node.js, with quotes: ${body.toString().split("\r\n")[1]}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
text: Content-Disposition: form-data; name="d"
  Node.js: a field
Buffer: Content-Disposition: form-data; name="d"; filename="any.json"
  Node.js: a file, "any.json"
with quotes: Content-Disposition: form-data; name="d"; filename="a "b".json"
  Node.js: cannot be read: TypeError
Node.js, with quotes: Content-Disposition: form-data; name="d"; filename="a %22b%22.json"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
