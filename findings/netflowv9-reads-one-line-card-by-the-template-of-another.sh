#!/bin/bash
# node-netflowv9: of a router with two line cards the flows of one are read by the template of the other: 192.0.2.1 becomes 3221225985 octets.
#
# Versions: node-netflowv9 0.2.16 (npm), Node.js.
# Expected: RFC 3954, section 5.1, Source ID: "NetFlow Collectors SHOULD use the combination of the source IP address and the Source ID field to
#   separate different export streams originating from the same Exporter." Section 5.2: template IDs are unique per Observation Domain only.
# Seen: source 1 and source 2 of one exporter, each with a template 256 of other fields. Behind both templates the data of source 1 has
#   in_bytes 3221225985, which is 192.0.2.1, and 0.0.3.232, which is 1000, for its destination: templates are kept by address and port, and the
#   Source ID, which is in the header it returns, is not looked at. With one source all is right.
# Why it matters: Cisco's large routers number their line cards so. Accounts show petabytes from addresses that do not exist, for half of the
#   traffic, depending on which template came last.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts node-netflowv9@0.2.16 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const Collector = createRequire(import.meta.url)("node-netflowv9");

const packet = (source, sequence, set) => {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(9, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(1700000000, 8);
  head.writeUInt32BE(sequence, 12);
  head.writeUInt32BE(source, 16);
  return Buffer.concat([head, set]);
};
const words = (...values) => Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
const template = (...types) => words(0, 8 + 4 * types.length, 256, types.length, ...types.flatMap((type) => [type, 4]));
const data = (hex) => Buffer.concat([words(256, 4 + hex.length / 2), Buffer.from(hex, "hex")]);
const BYTES = 1;
const SOURCE = 8;
const DESTINATION = 12;
const router = { address: "192.0.2.254", port: 2055 };
const tell = (name, ids) => {
  const collector = new Collector({ cb: () => {}, port: 0, host: "127.0.0.1" });
  if (ids.includes(1)) collector.nfPktDecode(packet(1, 1, template(SOURCE, DESTINATION, BYTES)), router);
  if (ids.includes(2)) collector.nfPktDecode(packet(2, 1, template(BYTES, SOURCE, DESTINATION)), router);
  const { header, flows: [flow] } = collector.nfPktDecode(packet(1, 2, data("c0000201c6336402000003e8")), router);
  console.log(`${name}: source ${header.sourceId}: ${flow.ipv4_src_addr} to ${flow.ipv4_dst_addr}, ${flow.in_bytes} octets`);
};
tell("one line card", [1]);
tell("two line cards", [1, 2]);
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
one line card: source 1: 192.0.2.1 to 198.51.100.2, 1000 octets
two line cards: source 1: 198.51.100.2 to 0.0.3.232, 3221225985 octets
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
