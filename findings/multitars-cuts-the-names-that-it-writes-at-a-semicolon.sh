#!/bin/bash
# multitars: a file "a;b.txt" comes back as one named "a, with the quotation mark, from a body that multitars has written itself.
#
# Versions: multitars 1.0.2 (npm), Node.js, whose Response.formData() reads the same body.
# Expected: RFC 7578, section 4.2: the name of a file is a quoted value of Content-Disposition; RFC 2183: what is quoted may have
#   semicolons. RFC 2046, section 5.1: no header is needed in a part ("NO header fields are actually required"), and section 5.1.1: blanks
#   may follow a boundary. RFC 5322, section 2.2.3: headers may be folded. Its documentation promises bodies in the `multipart/form-data`
#   format, read and written.
# Seen: streamMultipart() writes filename="a;b.txt" and name="f;g", and Node.js reads these. parseMultipart() gives the names '"a' and '"f'
#   for them. A part without headers, blanks behind the boundary, and a folded header end it with "Invalid header value missing `:`".
# Why it matters: the file is stored under another name, without its ending. Each body with such a part from other software is refused as a
#   whole.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts multitars@1.0.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { multipartContentType, parseMultipart, streamMultipart } from "multitars";

async function read(body, type) {
  const seen = [];
  try {
    for await (const part of parseMultipart(new Response(body).body, { contentType: type })) seen.push(`${part.name}: ${await part.text()}`);
  } catch (error) {
    seen.push(error.message);
  }
  return seen.join(", ");
}

for (const entry of [["f", new File(["hello"], "a, b.txt")], ["f", new File(["hello"], "a;b.txt")], ["f;g", "hello"]]) {
  const chunks = [];
  for await (const chunk of streamMultipart([entry])) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const form = await new Response(body, { headers: { "content-type": multipartContentType } }).formData();
  const [name, value] = [...form.entries()][0];
  const right = `${value.name ?? name}: ${await (value.text?.() ?? value)}`;
  console.log(`written by multitars: Node.js ${right}; multitars ${await read(body, multipartContentType)}`);
}
const field = 'Content-Disposition: form-data; name="f"';
for (const [what, start] of [
  ["an ordinary part", `--x\r\n${field}\r\n`],
  ["no header", "--x\r\n"],
  ["blanks behind the boundary", `--x  \r\n${field}\r\n`],
  ["a folded header", `--x\r\n${field.replace("; ", ";\r\n ")}\r\n`],
]) {
  console.log(`${what}: ${await read(`${start}\r\nhello\r\n--x--\r\n`, "multipart/form-data; boundary=x")}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
written by multitars: Node.js a, b.txt: hello; multitars a, b.txt: hello
written by multitars: Node.js a;b.txt: hello; multitars "a: hello
written by multitars: Node.js f;g: hello; multitars "f: hello
an ordinary part: f: hello
no header: Invalid Multipart Headers: Invalid header value missing `:`
blanks behind the boundary: Invalid Multipart Headers: Invalid header value missing `:`
a folded header: Invalid Multipart Headers: Invalid header value missing `:`
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
