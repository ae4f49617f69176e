#!/bin/bash
# @ssttevee/multipart-parser: whether a form with a preamble can be read depends on how its octets arrive, and a folded header never can.
#
# Versions: @ssttevee/multipart-parser 0.1.9, @apeleghq/multipart-parser 1.0.18 to compare with (npm), Node.js.
# Expected: RFC 2046, section 5.1.1: in front of the first boundary there may be text, which is to be ignored, and behind a boundary there
#   may be blanks ("transport-padding"); headers may be folded (RFC 2045, section 3, with RFC 822). What is read must not depend on the
#   pieces in which it arrives.
# Seen: the same octets, with a line of text in front of the boundary, are read if they arrive at once or one by one; in pieces of 2, 5, 7,
#   10, 14, 35 or 70 octets it raises "malformed multipart-form data: unexpected end of stream". A folded Content-Disposition raises
#   "malformed key-value string: missing value in ``". @apeleghq/multipart-parser reads all of them.
# Why it matters: the pieces are those of TLS records and TCP segments. An upload works on the desk and fails in the field, now and then.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @ssttevee/multipart-parser@0.1.9 @apeleghq/multipart-parser@1.0.18 >npm.log 2>&1

cat > find.mjs <<'JS'
import { parseMultipartMessage } from "@apeleghq/multipart-parser";
import { parseMultipart } from "@ssttevee/multipart-parser";

function stream(text, size) {
  const octets = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let i = 0; i < octets.length; i += size) controller.enqueue(octets.slice(i, i + size));
      controller.close();
    },
  });
}
const decode = (octets) => new TextDecoder().decode(octets);
async function mine(text, size) {
  try {
    return (await parseMultipart(stream(text, size), "xB")).map(({ name, data }) => `${name} ${decode(data)}`).join(", ");
  } catch (error) {
    return error.message;
  }
}
async function other(text, size) {
  const found = [];
  for await (const { headers, body } of parseMultipartMessage(stream(text, size), "xB")) {
    found.push(`${/name="(\w+)"/.exec(headers.get("content-disposition"))[1]} ${decode(body)}`);
  }
  return found.join(", ");
}
const part = 'Content-Disposition: form-data; name="a"\r\n\r\none\r\n--xB--\r\n';
const preamble = `preamble\r\n--xB\r\n${part}`;
console.log(`at once: ${await mine(preamble, 1000)}`);
const failed = [];
for (let size = 1; size < preamble.length; size += 1) {
  if (await mine(preamble, size) !== "a one") failed.push(size);
  if (await other(preamble, size) !== "a one") throw new Error("the other one fails as well");
}
console.log(`in pieces of 7: ${await mine(preamble, 7)}`);
console.log(`sizes of pieces that fail: ${failed.join(" ")}`);
const folded = `--xB\r\n${part.replace("; ", ";\r\n ")}`;
console.log(`folded: ${await mine(folded, 1000)}`);
console.log(`folded, with the other: ${await other(folded, 1000)}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
at once: a one
in pieces of 7: malformed multipart-form data: unexpected end of stream
sizes of pieces that fail: 2 5 7 10 14 35 70
folded: malformed key-value string: missing value in ``
folded, with the other: a one
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
