#!/bin/bash
# multipart-mixed-parser: it parses the fourth line of each part, so a part with one header, or with JSON in several lines, is an error.
#
# Versions: multipart-mixed-parser 0.1.3, @mjackson/multipart-parser 0.10.1 to compare with (npm), Node.js.
# Expected: RFC 2046, section 5.1: a part has any number of headers, none even, then an empty line, and then its body up to the line break
#   in front of the next delimiter; a preamble and an epilogue are to be ignored. Its documentation: "multipart/mixed parser".
# Seen: with the two headers of its example the objects come back. With one header, or three: a SyntaxError. With JSON of several lines: a
#   SyntaxError. With a line of preamble: a SyntaxError. The other parser reads each of the messages.
# Why it matters: a batch of requests works until a server leaves Content-Length out, adds a Content-ID, or writes its JSON with
#   indentation; then all answers of the batch are lost.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts multipart-mixed-parser@0.1.3 @mjackson/multipart-parser@0.10.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { MultipartParser } from "@mjackson/multipart-parser";
import mixed from "multipart-mixed-parser";

const TYPE = "Content-Type: application/json";
const message = (headers, body) => `--b\r\n${headers.map((header) => `${header}\r\n`).join("")}\r\n${body}\r\n--b--\r\n`;
for (const [name, text] of [
  ["two headers", message([TYPE, "Content-Length: 7"], '{"a":1}')],
  ["one header", message([TYPE], '{"a":1}')],
  ["three headers", message([TYPE, "Content-Length: 7", "Content-ID: <1@example.org>"], '{"a":1}')],
  ["JSON in three lines", message([TYPE, "Content-Length: 14"], '{\r\n  "a": 1\r\n}')],
  ["a preamble", `This is a message in parts.\r\n${message([TYPE, "Content-Length: 7"], '{"a":1}')}`],
]) {
  let seen;
  try {
    seen = JSON.stringify(mixed.parse(text));
  } catch (error) {
    seen = error.name;
  }
  const right = [];
  // The other one wants the message to begin with its delimiter: the preamble is cut off for it.
  const parser = new MultipartParser("b");
  for (const part of parser.write(new TextEncoder().encode(text.slice(text.indexOf("--b"))))) right.push(JSON.parse(part.text));
  console.log(`${name}: ${seen}; the other: ${JSON.stringify(right)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
two headers: [{"a":1}]; the other: [{"a":1}]
one header: SyntaxError; the other: [{"a":1}]
three headers: SyntaxError; the other: [{"a":1}]
JSON in three lines: SyntaxError; the other: [{"a":1}]
a preamble: SyntaxError; the other: [{"a":1}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
