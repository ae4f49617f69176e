#!/bin/bash
# simple-hl7, hl7v2-net: of two HL7 messages that arrive together, only one is acknowledged; simple-hl7 makes one message of both.
#
# Versions: simple-hl7 3.3.0, hl7v2-net 1.9.0, hl7v2 1.9.0, hl7v2-dictionary 1.8.0, nodehl7 2.0.0 (npm), Node.js.
# Expected: MLLP ("Transport Specification: MLLP, Release 1"): a message is what stands between <VT> and <FS><CR>; where the segments of TCP
#   or the records of TLS end means nothing. HL7 v2.5.1, section 2.9.2: each message is answered with the number that it had, in MSA-2.
# Seen: simple-hl7 calls its handler once, with one message of MSH, PID, "\x1c", "\x0bMSH" and PID, and answers to number 1. hl7v2-net calls
#   its handler for both messages and answers to number 1 only. nodehl7's server calls its handler for both, and sends both answers.
# Why it matters: the sender waits for the second answer until its time is out, and sends the second again; with simple-hl7 the second
#   patient's segments are part of the first one's message.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# hl7v2-net asks for a hl7v2-dictionary of 1.9.0, which does not exist.
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps simple-hl7@3.3.0 hl7v2-net@1.9.0 hl7v2@1.9.0 \
    hl7v2-dictionary@1.8.0 nodehl7@2.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "module";
import net from "net";
import { HL7Server } from "hl7v2-net";
const require = createRequire(import.meta.url);
const nodehl7 = require("nodehl7"); // Its other form, for import, does not load.
const simple = require("simple-hl7");

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const message = (id) => `MSH|^~\\&|A|B|C|D|20240304||ADT^A04|${id}|P|2.5\rPID|1||${id}||Doe^Jo\r`;
const both = [1, 2].map((id) => `\x0b${message(id)}\x1c\r`).join("");
const names = (text) => text.trimEnd().split("\r").map((line) => line.split("|")[0]).join();

async function deliver(start) {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const delivered = [];
  start(port, delivered);
  await sleep(300);
  const socket = net.connect(port, "127.0.0.1");
  let answers = "";
  socket.on("data", (data) => (answers += data));
  socket.write(both);
  await sleep(1500);
  socket.destroy();
  return [delivered.map(names), [...answers.matchAll(/MSA\|AA\|(\d)/g)].map((match) => match[1])];
}
const servers = {
  "simple-hl7": (port, delivered) => {
    const app = simple.tcp();
    app.use((req, res) => {
      delivered.push(req.msg.toString());
      res.end();
    });
    app.start(port);
  },
  "hl7v2-net": (port, delivered) => {
    const server = HL7Server.createServer();
    server.use(async (req) => void delivered.push(req.message.toHL7String()));
    server.listen(port);
  },
  nodehl7: (port, delivered) => {
    new nodehl7.MLLPServer((data, reply) => {
      delivered.push(data.toString());
      reply(`MSH|^~\\&|C|D|A|B|20240304||ACK|1|P|2.5\rMSA|AA|${String(data).split("|")[9]}\r`);
    }).listen(port, "127.0.0.1");
  },
};
const seen = [];
for (const [name, start] of Object.entries(servers)) {
  const [delivered, answered] = await deliver(start);
  console.log(`${name}: delivered ${JSON.stringify(delivered)}, answered ${answered}`);
  seen.push([delivered, answered]);
}
const expected = [
  [["MSH,PID,\x1c,\x0bMSH,PID"], ["1"]],
  [["MSH,PID", "MSH,PID"], ["1"]],
  [["MSH,PID", "MSH,PID"], ["1", "2"]],
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
timeout 60 node find.mjs || { echo "CHANGED: see above"; exit 1; }
