#!/bin/bash
# node-dns-sd: of a key that a service gives twice the second value counts, a key without a value is left out, and a value ends at a line feed.
#
# Versions: node-dns-sd 1.0.1 (npm), Node.js; an answer of the script's, sent to port 5353 on loopback.
# Expected: RFC 6763, section 6.4: "If a client receives a TXT record containing the same key more than once, then the client MUST silently ignore all
#   but the first occurrence of that attribute", and "If there is no '=' in a DNS-SD TXT record string, then it is a boolean attribute, simply
#   identified as being present"; section 6.5: a value is "opaque binary data". The source of the package names this RFC.
# Seen: of "a=1", "duplex", "a=2" and "note=x\ny" the record is { a: "2", note: "x" }: duplex is missing, as if the printer could not do it, a is the
#   second, and note is cut. rdata_buffer has all of note, but no duplex, and the second a.
# Why it matters: boolean attributes say what a device can do or wants (a password, "flagship"), and they are never there.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-dns-sd@1.0.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const dgram = require("node:dgram");
const dnsSd = require("node-dns-sd");

const name = (text) => Buffer.concat([...text.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])]);
const strings = ["a=1", "duplex", "a=2", "empty=", "note=x\ny"];
const data = Buffer.concat(strings.map((text) => Buffer.from([text.length, ...Buffer.from(text)])));
const head = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
const record = Buffer.from([0, 16, 0x80, 1, 0, 0, 0, 120, 0, data.length]);
const packet = Buffer.concat([head, name("printer._ipp._tcp.local"), record, data]);

const limit = setTimeout(() => process.exit(1), 10000);
dnsSd.ondata = ({ answers }) => {
  const [answer] = answers;
  if (answer.name !== "printer._ipp._tcp.local") return;
  console.log(`sent: ${JSON.stringify(strings)}`);
  console.log(`rdata: ${JSON.stringify(answer.rdata)}`);
  console.log(`rdata_buffer: ${JSON.stringify(Object.fromEntries(Object.entries(answer.rdata_buffer).map(([key, value]) => [key, value.toString()])))}`);
  clearTimeout(limit);
  process.exit(0);
};
dnsSd.startMonitoring().then(() => dgram.createSocket("udp4").send(packet, 5353, "127.0.0.1"));
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
sent: ["a=1","duplex","a=2","empty=","note=x\ny"]
rdata: {"a":"2","empty":"","note":"x"}
rdata_buffer: {"a":"2","empty":"","note":"x\ny"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
