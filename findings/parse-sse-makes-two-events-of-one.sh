#!/bin/bash
# parse-sse: an event is two when a read ends between CR and LF, an empty event is dropped, and half of an event is handed out at the end.
#
# Versions: parse-sse 0.1.0, eventsource-parser 3.0.6 to compare with (npm), Node.js.
# Expected: HTML standard, section 9.2.5: a line ends with CR LF, LF or CR, and CR LF is one end; 9.2.6: "data" alone appends an empty
#   string and a line feed, so that "data", empty line dispatches an event with an empty string (its example: "fires two events"); "if the
#   file ends in the middle of an event, before the final empty line, the incomplete event is not dispatched". Its documentation:
#   "spec-compliant".
# Seen: "data: a\r" and "\ndata: b\r\n\r\n" are the events "a" and "b"; in one piece they are "a\nb". Of the standard's example only the
#   second event arrives. "data: ha" without an empty line is handed out. eventsource-parser has "a\nb", both events, and no half one.
# Why it matters: where a record of TLS or a chunk ends is chance: JSON over two lines of data then breaks once in a while. A connection
#   that breaks in the middle of an event is not told from one that ended.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts parse-sse@0.1.0 eventsource-parser@3.0.6 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createParser } from "eventsource-parser";
import { parseServerSentEvents } from "parse-sse";

for (const chunks of [
  ["data: a\r\ndata: b\r\n\r\n"],
  ["data: a\r", "\ndata: b\r\n\r\n"],
  ["data\n\ndata\ndata\n\n"],
  ["data: whole\n\ndata: ha"],
]) {
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  const seen = [];
  for await (const event of parseServerSentEvents(new Response(body))) seen.push(event.data);
  const right = [];
  const parser = createParser({ onEvent: (event) => right.push(event.data) });
  for (const chunk of chunks) parser.feed(chunk);
  console.log(`${JSON.stringify(chunks)}: parse-sse ${JSON.stringify(seen)}, eventsource-parser ${JSON.stringify(right)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
["data: a\r\ndata: b\r\n\r\n"]: parse-sse ["a\nb"], eventsource-parser ["a\nb"]
["data: a\r","\ndata: b\r\n\r\n"]: parse-sse ["a","b"], eventsource-parser ["a\nb"]
["data\n\ndata\ndata\n\n"]: parse-sse ["\n"], eventsource-parser ["","\n"]
["data: whole\n\ndata: ha"]: parse-sse ["whole","ha"], eventsource-parser ["whole"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
