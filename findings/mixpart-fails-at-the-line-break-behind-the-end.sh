#!/bin/bash
# mixpart: a complete answer is an error when the line break behind its end comes by itself, or when one stands in front of its first part.
#
# Versions: mixpart 0.0.6 (npm), Node.js; the email package of Python 3.11 to compare with.
# Expected: RFC 2046, section 5.1.1: a message may have a preamble and an epilogue, both to be ignored: each of them begins or ends with a
#   line break; a part may have no headers ("--b", an empty line, the body); behind a delimiter there may be blanks.
# Seen: "...--b--" and then "\r\n" in a second read: both parts, and then "Unexpected data after end of stream"; in one read all is well. A
#   line break or a text in front of "--b": "missing initial boundary". "--b " with a blank: "Invalid character after boundary". A part
#   without headers: "Unexpected end of stream". Python's email has both parts of each.
# Why it matters: most servers write the last line break, and where a record of TLS ends is chance: a download fails at its last two octets.
#   Servers that write "\r\n--b" for each part cannot be read at all.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mixpart@0.0.6 >npm.log 2>&1

cat > find.mjs <<'JS'
import { execFileSync } from "child_process";
import { parseMultipartStream } from "mixpart";

const TYPE = "multipart/mixed; boundary=b";
const PYTHON = "import email, sys; m = email.message_from_bytes(sys.stdin.buffer.read()); print([p.get_payload() for p in m.get_payload()])";
const part = "--b\r\nContent-Type: text/plain\r\n\r\none\r\n";
for (const [name, ...chunks] of [
  ["in one read", `${part}--b\r\nA: b\r\n\r\ntwo\r\n--b--\r\n`],
  ["the last line break by itself", `${part}--b\r\nA: b\r\n\r\ntwo\r\n--b--`, "\r\n"],
  ["a line break in front", `\r\n${part}--b\r\nA: b\r\n\r\ntwo\r\n--b--\r\n`],
  ["a preamble", `In parts:\r\n${part}--b\r\nA: b\r\n\r\ntwo\r\n--b--\r\n`],
  ["a blank behind a delimiter", `${part}--b \r\nA: b\r\n\r\ntwo\r\n--b--\r\n`],
  ["no headers", `${part}--b\r\n\r\ntwo\r\n--b--\r\n`],
]) {
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  const seen = [];
  try {
    for await (const found of parseMultipartStream(new Response(body, { headers: { "content-type": TYPE } }))) {
      seen.push(await new Response(found.payload).text());
    }
  } catch (error) {
    seen.push(`${error.name}: ${error.message}`);
  }
  const right = execFileSync("python3", ["-c", PYTHON], { input: `Content-Type: ${TYPE}\r\n\r\n${chunks.join("")}`, timeout: 20000 });
  console.log(`${name}: ${JSON.stringify(seen)}; Python: ${right.toString().trim()}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
in one read: ["one","two"]; Python: ['one', 'two']
the last line break by itself: ["one","two","MultipartParseError: Unexpected data after end of stream"]; Python: ['one', 'two']
a line break in front: ["MultipartParseError: Invalid multipart stream: missing initial boundary"]; Python: ['one', 'two']
a preamble: ["MultipartParseError: Invalid multipart stream: missing initial boundary"]; Python: ['one', 'two']
a blank behind a delimiter: ["MultipartParseError: Invalid character after boundary: expected CRLF or LF, got 0x20"]; Python: ['one', 'two']
no headers: ["one","MultipartParseError: Unexpected end of stream"]; Python: ['one', 'two']
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
