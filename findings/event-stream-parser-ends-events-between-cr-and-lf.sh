#!/bin/bash
# event-stream-parser: where a read ends between CR and LF an event ends too: it loses its name, and each of its lines is an event.
#
# Versions: event-stream-parser 1.0.2, eventsource-parser 3.0.6 to compare with (npm), Node.js.
# Expected: HTML Living Standard, section 9.2.5: a line ends with CR LF, LF or CR; an event ends with an empty line. Its documentation:
#   "Follows SSE specification".
# Seen: the event "x" with the two lines "a" and "b", written with CR LF, is read as one event "x" if it comes in one read. If a read ends
#   behind the CR of the first line, it is an event without a name with both lines; behind that of the second an event "x" with "a" and one
#   without a name with "b"; with one octet a read there are two without a name. eventsource-parser reads one event "x" each time.
# Why it matters: a TLS record or a chunk ends anywhere. The listener for "x" is not called, and what was to be parsed as JSON is half
#   there.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts event-stream-parser@1.0.2 eventsource-parser@3.0.6 >npm.log 2>&1

cat > find.mjs <<'JS'
import { parse } from "event-stream-parser";
import { createParser } from "eventsource-parser";

const text = "event: x\r\ndata: a\r\ndata: b\r\n\r\n";

async function read(chunks) {
  const octets = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  const seen = [];
  for await (const { type, data } of await parse(octets)) seen.push([type, data]);
  return seen;
}

function right(chunks) {
  const seen = [];
  const parser = createParser({ onEvent: ({ event, data }) => seen.push([event ?? "message", data]) });
  for (const chunk of chunks) parser.feed(chunk);
  return seen;
}

for (const [what, chunks] of [
  ["one read", [text]],
  ["cut in the first line", [text.slice(0, 9), text.slice(9)]],
  ["cut in the second line", [text.slice(0, 18), text.slice(18)]],
  ["one octet a read", [...text]],
]) {
  console.log(`${what}: eventsource-parser ${JSON.stringify(right(chunks))}, event-stream-parser ${JSON.stringify(await read(chunks))}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
one read: eventsource-parser [["x","a\nb"]], event-stream-parser [["x","a\nb"]]
cut in the first line: eventsource-parser [["x","a\nb"]], event-stream-parser [["message","a\nb"]]
cut in the second line: eventsource-parser [["x","a\nb"]], event-stream-parser [["x","a"],["message","b"]]
one octet a read: eventsource-parser [["x","a\nb"]], event-stream-parser [["message","a"],["message","b"]]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
