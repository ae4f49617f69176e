#!/bin/bash
# @azure/core-sse: behind a ping without data, the next message is an event "ping"; an event without text is not there, and identifiers are forgotten.
#
# Versions: @azure/core-sse 2.3.0, eventsource-parser 3.0.6 to compare with (npm), Node.js.
# Expected: HTML Living Standard, section 9.2.6, "Interpreting an event stream": at an empty line, if there was no data, "set the data
#   buffer and the event type buffer to the empty string and return"; a line "data" alone is a field with an empty value, which makes an
#   event; an id with U+0000 is ignored; the last event ID stays until another is sent. Its documentation: an implementation of the
#   Server-sent events protocol.
# Seen: of "event: ping", an empty line, "data: {}" the one event has the type "ping". Of a block with the line "data" alone there is none,
#   though of "data:" there is. The id "a\0b" is taken. After "id: 7" the next event without an id has the id "". eventsource-parser has the
#   first three right, and says that there is no id in the fourth.
# Why it matters: pings keep connections through proxies open; who looks at the type throws the message behind each of them away. Who
#   reconnects with the id of the last event gets everything again.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @azure/core-sse@2.3.0 eventsource-parser@3.0.6 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createSseStream } from "@azure/core-sse";
import { createParser } from "eventsource-parser";

const STREAMS = {
  "ping": "event: ping\n\ndata: {}\n\n",
  "data alone": "data\n\ndata: x\n\n",
  "NUL in the id": "id: a\0b\ndata: x\n\n",
  "id": "id: 7\ndata: a\n\ndata: b\n\n",
};
for (const what in STREAMS) {
  const events = [];
  const stream = new Blob([STREAMS[what]]).stream();
  for await (const { event, data, id } of createSseStream(stream)) events.push([event, data, id]);
  const other = [];
  createParser({ onEvent: ({ event, data, id }) => other.push([event, data, id]) }).feed(STREAMS[what]);
  console.log(`${what}: ${JSON.stringify(events)}\n  eventsource-parser: ${JSON.stringify(other)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
ping: [["ping","{}",""]]
  eventsource-parser: [[null,"{}",null]]
data alone: [["","x",""]]
  eventsource-parser: [[null,"",null],[null,"x",null]]
NUL in the id: [["","x","a\u0000b"]]
  eventsource-parser: [[null,"x",null]]
id: [["","a","7"],["","b",""]]
  eventsource-parser: [[null,"a","7"],[null,"b",null]]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
