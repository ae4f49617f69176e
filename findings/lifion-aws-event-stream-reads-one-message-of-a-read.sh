#!/bin/bash
# lifion-aws-event-stream: of messages that arrive together the first is handed out, the rest are lost; -1 is 255, payloads are text.
#
# Versions: lifion-aws-event-stream 1.0.7, @smithy/eventstream-codec 4.2.12 to write and to compare with (npm), Node.js.
# Expected: the Smithy specification of application/vnd.amazon.eventstream: a message begins with its length; byte, short, integer and long
#   are signed and big-endian; the payload is any octets. Its documentation: "Node.js parser for binary streams under the
#   application/vnd.amazon.eventstream content-type", with the stream Parser.
# Seen: with each of four messages in a write of its own, or in halves of it, all four come; with the four in one write the first comes, and
#   nothing more, without an error. -1 as a byte is 255, as a long 18446744073709552000. The payload 00 ff 01 is a string, in which the
#   ff is U+FFFD. The codec of Amazon reads them as they were written.
# Why it matters: servers send several events in one TLS record; transcripts and results of S3 Select have gaps. Audio cannot be had back.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts lifion-aws-event-stream@1.0.7 @smithy/eventstream-codec@4.2.12 \
    @smithy/util-utf8@4.2.2 >npm.log 2>&1

cat > find.cjs <<'JS'
const { parse, Parser } = require("lifion-aws-event-stream");
const { EventStreamCodec, Int64 } = require("@smithy/eventstream-codec");
const { fromUtf8, toUtf8 } = require("@smithy/util-utf8");

const codec = new EventStreamCodec(toUtf8, fromUtf8);
const encode = (headers, body) => Buffer.from(codec.encode({ headers, body: Uint8Array.from(body) }));
const messages = [1, 2, 3, 4].map((number) => encode({ number: { type: "string", value: `${number}` } }, [123, 125]));
const feed = (what, parts) =>
  new Promise((resolve) => {
    const parser = new Parser();
    const read = [];
    parser.on("data", ({ headers }) => read.push(headers.number));
    for (const part of parts) parser.write(part);
    // Everything is in memory: what has not come by then does not come.
    setTimeout(() => resolve(console.log(`${what}: ${read}`)), 500);
  });
(async () => {
  await feed("one in each write", messages);
  await feed("all in one write", [Buffer.concat(messages)]);
  const halves = messages.flatMap((message) => [message.subarray(0, 20), message.subarray(20)]);
  await feed("half of one in each write", halves);
  const headers = {
    byte: { type: "byte", value: -1 },
    integer: { type: "integer", value: -1 },
    long: { type: "long", value: Int64.fromNumber(-1) },
  };
  const message = encode(headers, [0, 255, 1]);
  const read = parse(message);
  const other = codec.decode(message);
  for (const name in headers) console.log(`${name}: ${read.headers[name]}; codec: ${Number(other.headers[name].value)}`);
  console.log(`payload: ${typeof read.payload} ${JSON.stringify(read.payload)}; codec: ${Buffer.from(other.body).toString("hex")}`);
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
one in each write: 1,2,3,4
all in one write: 1
half of one in each write: 1,2,3,4
byte: 255; codec: -1
integer: 4294967295; codec: -1
long: 18446744073709552000; codec: -1
payload: string "\u0000�\u0001"; codec: 00ff01
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
