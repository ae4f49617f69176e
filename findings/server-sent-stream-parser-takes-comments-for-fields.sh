#!/bin/bash
# @server-sent-stream/parser: a comment that looks like a field is a field, an event ends at a line separator (U+2028), and a letter in two chunks is
#   broken.
#
# Versions: @server-sent-stream/parser 1.0.4 and, to compare with, eventsource-parser 3.0.0 (npm), Node.js.
# Expected: HTML Standard, section 9.2.6: "If the line starts with a U+003A COLON character (:), Ignore the line"; lines end with CR, LF or CRLF,
#   nothing else; "Streams must be decoded using the UTF-8 decode algorithm", which takes a byte order mark away. JSON.stringify() leaves U+2028 as it
#   is. push() takes chunks of the stream.
# Seen: ":data: old" gives an event "old", ":id: 7" changes the last identifier. "data: a\u2028b" is "a". Of "é", whose two octets come in two chunks,
#   two replacement characters are left. With a byte order mark the first event is lost. eventsource-parser (behind a TextDecoderStream, as it wants)
#   is right in all.
# Why it matters: servers comment lines out and send heart beats as comments; the text of language models, JSON with any letter in small chunks, is
#   cut and broken, and JSON.parse() fails.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @server-sent-stream/parser@1.0.4 eventsource-parser@3.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import Parser from "@server-sent-stream/parser";
import { createParser } from "eventsource-parser";

const Stream = Parser.default ?? Parser;
for (const [name, chunks] of [
  ["plain", ["id: 1\ndata: a\n\n"]],
  ["a comment", [":data: old\n\n", ":id: 7\ndata: new\n\n"]],
  ["U+2028", ['data: "a\u2028b"\n\n']],
  ["a letter in two chunks", [Buffer.from("data: \u00e9").subarray(0, 7), Buffer.from("\u00e9\n\n").subarray(1)]],
  ["a byte order mark", ["\ufeffdata: a\n\n"]],
]) {
  const seen = [];
  const right = [];
  const stream = new Stream((data, type, id) => seen.push([data, id]));
  const decoder = new TextDecoder();
  const other = createParser({ onEvent: ({ data, id }) => right.push([data, id ?? ""]) });
  for (const chunk of chunks) {
    stream.push(Buffer.from(chunk));
    other.feed(decoder.decode(Buffer.from(chunk), { stream: true }));
  }
  const show = (events) => JSON.stringify(events).replaceAll("\u2028", "\\u2028");
  console.log(`${name}: ${show(seen)}; eventsource-parser: ${show(right)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
plain: [["a","1"]]; eventsource-parser: [["a","1"]]
a comment: [["old",""],["new","7"]]; eventsource-parser: [["new",""]]
U+2028: [["\"a",""]]; eventsource-parser: [["\"a\u2028b\"",""]]
a letter in two chunks: [["��",""]]; eventsource-parser: [["é",""]]
a byte order mark: []; eventsource-parser: [["a",""]]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
