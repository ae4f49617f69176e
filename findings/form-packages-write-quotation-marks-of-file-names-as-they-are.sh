#!/bin/bash
# formstream, multi-part-lite, @discordjs/form-data: a file named 7" display.txt makes a form that cannot be read.
#
# Versions: formstream 1.5.2, multi-part-lite 1.0.0, @discordjs/form-data 3.0.1, form-data-encoder 4.1.0 to compare with (npm), Node.js,
#   whose Response.formData() is the reader.
# Expected: HTML Living Standard, section 4.10.22.8: in names of fields and files a quotation mark is written %22, CR %0D, LF %0A. RFC 7578,
#   section 4.2: the name is a quoted string, in which a quotation mark cannot be there as it is.
# Seen: the three write filename="7" display.txt". Node.js says "Failed to parse body as FormData". What form-data-encoder writes it reads.
# Why it matters: uploads of such files fail, or lose what is behind the quotation mark. Inches and quoted titles are in names of files
#   often enough.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts formstream@1.5.2 multi-part-lite@1.0.0 @discordjs/form-data@3.0.1 form-data-encoder@4.1.0 \
  >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "module";
import { PassThrough } from "stream";
import { FormDataEncoder } from "form-data-encoder";

const require = createRequire(import.meta.url);
const content = Buffer.from("hello");
async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const writers = {
  "form-data-encoder": async (name) => {
    const form = new FormData();
    form.append("f", new File([content], name, { type: "text/plain" }));
    const encoder = new FormDataEncoder(form);
    return [await collect(encoder), encoder.contentType];
  },
  formstream: async (name) => {
    const Form = require("formstream");
    const form = new Form();
    form.buffer("f", content, name, "text/plain");
    return [await collect(form.pipe(new PassThrough())), form.headers()["Content-Type"]];
  },
  "multi-part-lite": async (name) => {
    const Form = require("multi-part-lite");
    const form = new Form();
    form.append("f", content, { filename: name, contentType: "text/plain" });
    const body = await form.buffer();
    return [body, `multipart/form-data; boundary=${String(body).split("\r\n")[0].slice(2)}`];
  },
  "@discordjs/form-data": async (name) => {
    const Form = require("@discordjs/form-data");
    const form = new Form();
    form.append("f", content, { filename: name, contentType: "text/plain" });
    return [await collect(form.pipe(new PassThrough())), form.getHeaders()["content-type"]];
  },
};
for (const name of ["display.txt", '7" display.txt']) {
  for (const [writer, write] of Object.entries(writers)) {
    const [body, type] = await write(name);
    let seen;
    try {
      const [[, file]] = [...(await new Response(body, { headers: { "content-type": type } }).formData()).entries()];
      seen = file.name;
    } catch (error) {
      seen = error.message;
    }
    console.log(`${writer}: ${/filename=.*/.exec(body)[0].trim()}, read by Node.js: ${seen}`);
  }
}
process.exit(0);
JS
timeout 60 node --no-deprecation find.mjs | tee seen
cat > expected <<'TEXT'
form-data-encoder: filename="display.txt", read by Node.js: display.txt
formstream: filename="display.txt", read by Node.js: display.txt
multi-part-lite: filename="display.txt", read by Node.js: display.txt
@discordjs/form-data: filename="display.txt", read by Node.js: display.txt
form-data-encoder: filename="7%22 display.txt", read by Node.js: 7" display.txt
formstream: filename="7" display.txt", read by Node.js: Failed to parse body as FormData.
multi-part-lite: filename="7" display.txt", read by Node.js: Failed to parse body as FormData.
@discordjs/form-data: filename="7" display.txt", read by Node.js: Failed to parse body as FormData.
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
