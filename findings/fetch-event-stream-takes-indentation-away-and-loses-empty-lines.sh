#!/bin/bash
# fetch-event-stream: blanks at the start of a line are gone, an empty line "data" is lost, and settings come out as events.
#
# Versions: fetch-event-stream 0.1.6, eventsource-parser 3.0.6 to compare with (npm), Node.js.
# Expected: HTML Living Standard, section 9.2.6: one blank behind the colon is removed, no more; a line without a colon is a field with an
#   empty value, so that "data" is an empty line of the data. An event whose data is empty is not dispatched if there was no such field at
#   all.
# Seen: of "data:   return x" the data is "return x". "data: a", "data", "data: b" makes "a\nb" instead of "a\n\nb", and the event of one
#   line "data" is not there. In turn "retry: 100" or "event: x" alone, which is no event, comes out as one without data.
# Why it matters: program text and Markdown are streamed in this way, one line a field, and arrive without indentation and without
#   paragraphs.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts fetch-event-stream@0.1.6 eventsource-parser@3.0.6 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createParser } from "eventsource-parser";
import { events } from "fetch-event-stream";

for (const lines of [["data: if x:", "data:   return x"], ["data: a", "data", "data: b"], ["data"], ["data:"], ["retry: 100"], ["event: x"]]) {
  const text = `${lines.join("\n")}\n\n`;
  const right = [];
  createParser({ onEvent: ({ data }) => right.push(data) }).feed(text);
  const seen = [];
  for await (const { data } of events(new Response(text))) seen.push(data ?? null);
  console.log(`${JSON.stringify(lines)}: eventsource-parser ${JSON.stringify(right)}, fetch-event-stream ${JSON.stringify(seen)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
["data: if x:","data:   return x"]: eventsource-parser ["if x:\n  return x"], fetch-event-stream ["if x:\nreturn x"]
["data: a","data","data: b"]: eventsource-parser ["a\n\nb"], fetch-event-stream ["a\nb"]
["data"]: eventsource-parser [""], fetch-event-stream []
["data:"]: eventsource-parser [""], fetch-event-stream [""]
["retry: 100"]: eventsource-parser [], fetch-event-stream [null]
["event: x"]: eventsource-parser [], fetch-event-stream [null]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
