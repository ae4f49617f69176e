#!/bin/bash
# @log4js-node/gelf: a message over 8 KB is not sent, and nobody is told; a "mark" has no level, which Graylog takes for an alert.
#
# Versions: @log4js-node/gelf 1.0.2, log4js 6.9.1 (npm), Node.js.
# Expected: GELF, "GELF via UDP": a message of more than 8,192 octets is sent in chunks, up to 128 of them. GELF payload specification, level:
#   "optional, default is 1 (ALERT)". Its documentation says that log messages are sent, and nothing of a limit.
# Seen: of two errors, one with 12,000 and one with 18,000 hexadecimal digits, the first arrives. The second has more than 8 KB when compressed, is
#   thrown away, and only the debug output of the package says so. logger.mark() sends a message without "level".
# Why it matters: the long messages are dumps and stack traces of the worst errors: just these are missing. Marks, which say that a deployment begins,
#   fire alerts.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @log4js-node/gelf@1.0.2 log4js@6.9.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import dgram from "node:dgram";
import zlib from "node:zlib";
import { createHash } from "node:crypto";
const log4js = createRequire(import.meta.url)("log4js");

const seen = [];
const socket = dgram.createSocket("udp4");
socket.on("message", (message) => seen.push(JSON.parse(zlib.gunzipSync(message))));
await new Promise((resolve) => socket.bind(0, "127.0.0.1", resolve));
log4js.configure({
  appenders: { gelf: { type: "@log4js-node/gelf", host: "127.0.0.1", port: socket.address().port } },
  categories: { default: { appenders: ["gelf"], level: "all" } },
});
const logger = log4js.getLogger();
// Digits that cannot be compressed to less than a half, the same in each run.
const digits = (length) => Array.from({ length: length / 100 }, (_, i) => createHash("sha512").update(String(i)).digest("hex").slice(0, 100)).join("");
logger.info("start");
logger.mark("deployed");
logger.error(`${digits(12000)}`);
logger.error(`${digits(18000)}`);
logger.info("end");
await new Promise((resolve) => setTimeout(resolve, 1500));
const name = ({ level, short_message }) => `${short_message.length > 20 ? `${short_message.length} digits` : short_message}: level ${level ?? "missing"}`;
console.log(seen.map(name).sort().join("\n"));
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
12000 digits: level 3
deployed: level missing
end: level 6
start: level 6
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
