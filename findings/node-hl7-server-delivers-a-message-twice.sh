#!/bin/bash
# node-hl7-server: a message that arrives together with the beginning of the next is delivered twice, and the beginning as a message of its own.
#
# Versions: node-hl7-server 2.5.0, nodehl7 2.0.0 (npm), Node.js.
# Expected: MLLP ("Transport Specification: MLLP, Release 1"): a message is what stands between <VT> and <FS><CR>; where the segments of TCP
#   or the records of TLS end means nothing. A sender may have several messages under way.
# Seen: of two messages, of which the first read holds one and 20 octets of the other, the handler gets four: the first;
#   "MSH|^~\&|A|B|C|D|202", a message that nobody sent; the first again; and the second. Four acknowledgements go out, one of them an error
#   (AE) for a number made up by the server. With both in one read, the second has "\r\x1c" at its end. nodehl7's server delivers the two as
#   they are, in both cases.
# Why it matters: an order, an admission or a payment is carried out twice, just when there is much traffic; and the sender gets an error
#   for something that it has not sent, so that from there on answers and messages no longer pair.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-hl7-server@2.5.0 nodehl7@2.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const net = require("net");
const { Server } = require("node-hl7-server");
const { MLLPServer } = require("nodehl7");

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const message = (id) => `MSH|^~\\&|A|B|C|D|20240304||ADT^A04|${id}|P|2.5\rPID|1||${id}||Doe^Jo\r`;
const frame = (id) => Buffer.from(`\x0b${message(id)}\x1c\r`);
const short = (text) => text.trimEnd() === message(1).trimEnd() ? "1" : text.trimEnd() === message(2).trimEnd() ? "2" : text;

// What a server delivers of these parts, which are sent one after the other; and how often it answers.
async function deliver(start, parts) {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const delivered = [];
  const stop = start(port, delivered);
  await sleep(300);
  const socket = net.connect(port, "127.0.0.1").setNoDelay();
  let answers = "";
  socket.on("data", (data) => (answers += data));
  for (const part of parts) {
    socket.write(part);
    await sleep(300);
  }
  await sleep(300);
  socket.destroy();
  await stop();
  return [...delivered.map(short), answers.match(/MSA\|A./g).length];
}
const servers = {
  "node-hl7-server": (port, delivered) => {
    const inbound = new Server().createInbound({ port }, async (req, res) => {
      delivered.push(req.getMessage().toString());
      await res.sendResponse("AA");
    });
    return () => inbound.close();
  },
  nodehl7: (port, delivered) => {
    const server = new MLLPServer((data, reply) => {
      delivered.push(data.toString());
      reply("MSH|^~\\&|C|D|A|B|20240304||ACK|1|P|2.5\rMSA|AA|1\r");
    });
    server.listen(port, "127.0.0.1");
    return () => server.close();
  },
};
(async () => {
  const both = Buffer.concat([frame(1), frame(2)]);
  const cut = frame(1).length + 21;
  const seen = [];
  for (const [name, start] of Object.entries(servers)) {
    for (const [what, parts] of [["one read", [both]], ["one and a bit", [both.subarray(0, cut), both.subarray(cut)]]]) {
      const result = await deliver(start, parts);
      console.log(`${name}, ${what}: ${JSON.stringify(result.slice(0, -1))}, answers: ${result.at(-1)}`);
      seen.push(result);
    }
  }
  const expected = [
    ["1", message(2) + "\x1c", 2],
    ["1", "MSH|^~\\&|A|B|C|D|202", "1", "2", 4],
    ["1", "2", 2],
    ["1", "2", 2],
  ];
  process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
})();
setTimeout(() => process.exit(1), 30000);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
