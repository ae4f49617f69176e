#!/bin/bash
# graygelf: its server tells chunked messages apart by six of the eight octets of their number, so that two which arrive together are mixed, and the
#   client sends "_id".
#
# Versions: graygelf 2.0.0 (npm), Node.js, on loopback.
# Expected: GELF 1.1, chunked GELF: "Message ID - 8 bytes: Must be the same for every chunk of this message. Identifies the whole message"; and
#   "Libraries SHOULD not allow to send id as additional field (_id). Graylog server nodes omit this field automatically." Its own words: "A complete
#   GELF client, server, and proxy for Graylog2".
# Seen: the chunks of two messages with the numbers ...01 and ...02 in the last octet, sent in turn (1, 1', 2, 2'), give one message instead of two;
#   with numbers that differ in the first octet both come. log.info.a("x", "y", { id: 7 }) sends _id: 7.
# Why it matters: numbers made of a host and a counter, or a time and a counter, which several libraries use, differ at the end: long messages under
#   load are lost or have the stack of another one. The field id never arrives in Graylog.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts graygelf@2.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const dgram = require("node:dgram");
const graygelf = require("graygelf");
const Server = require("graygelf/server");

process.removeAllListeners("warning");
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
(async () => {
  const probe = dgram.createSocket("udp4");
  await new Promise((resolve) => probe.bind(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const server = Server();
  server.listen(port, "127.0.0.1");
  await wait(200);
  let seen = [];
  server.on("message", ({ short_message, full_message }) => seen.push([short_message, /^(.)\1*$/.test(full_message) ? full_message[0].repeat(3) : "mixed"]));
  server.on("error", (error) => seen.push(error.message));

  const sender = dgram.createSocket("udp4");
  const chunks = (id, letter) => {
    const octets = Buffer.from(JSON.stringify({ version: "1.1", host: "h", short_message: letter, full_message: letter.repeat(200) }));
    const half = octets.length >> 1;
    return [octets.subarray(0, half), octets.subarray(half)].map((part, at) => Buffer.concat([Buffer.from([0x1e, 0x0f]), Buffer.from(id, "hex"), Buffer.from([at, 2]), part]));
  };
  for (const [name, ids] of [["differ in the first octet", ["0100000000000000", "0200000000000000"]], ["differ in the last octet", ["0000000000000001", "0000000000000002"]]]) {
    seen = [];
    const [a, b] = [chunks(ids[0], "a"), chunks(ids[1], "b")];
    for (const chunk of [a[0], b[0], a[1], b[1]]) {
      sender.send(chunk, port, "127.0.0.1");
      await wait(50);
    }
    await wait(200);
    console.log(`numbers that ${name}: ${JSON.stringify(seen)}`);
  }
  const log = graygelf({ mock: true });
  const { _id, id } = log.info.a("x", "y", { id: 7 });
  console.log(`{ id: 7 } is sent as ${JSON.stringify({ _id, id })}`);
  process.exit(0);
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
numbers that differ in the first octet: [["a","aaa"],["b","bbb"]]
numbers that differ in the last octet: [["b","mixed"]]
{ id: 7 } is sent as {"_id":7}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
