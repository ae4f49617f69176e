#!/bin/bash
# @ahmedosama94/winston-gelf-transporter: winston's "warning" is sent without a level, which Graylog takes for an alert; so are "http", "verbose" and "silly".
#
# Versions: @ahmedosama94/winston-gelf-transporter 1.1.5, winston 3.19.0 (npm), Node.js.
# Expected: winston.config.syslog.levels: emerg, alert, crit, error, warning (4), notice, info, debug, as in RFC 5424. GELF payload specification, level:
#   "equal to the standard syslog levels; optional, default is 1 (ALERT)".
# Seen: with these levels emerg is sent as 0, notice as 5, debug as 7, and warning without a level: its own table has "warn". With winston's usual levels
#   http, verbose and silly have none.
# Why it matters: the mildest messages come in as those for which somebody is woken up: alerts by level fire for each warning, and a search for warnings
#   (level 4) finds none. Give it levels of its own, with "warn".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @ahmedosama94/winston-gelf-transporter@1.1.5 winston@3.19.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import net from "node:net";
const require = createRequire(import.meta.url);
const winston = require("winston");
const module = require("@ahmedosama94/winston-gelf-transporter");
const Transporter = module.default ?? module;

let text = "";
const server = net.createServer((socket) => socket.on("data", (data) => (text += data)));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address();
for (const levels of [winston.config.syslog.levels, winston.config.npm.levels]) {
  const [last] = Object.keys(levels).slice(-1);
  const logger = winston.createLogger({ levels, level: last, transports: [new Transporter({ protocol: "tcp", host: "127.0.0.1", port })] });
  for (const level of Object.keys(levels)) logger.log(level, level);
}
await new Promise((resolve) => setTimeout(resolve, 1500));
const seen = text.split("\0").filter(Boolean).map((one) => JSON.parse(one));
console.log(seen.map(({ level, short_message }) => `${short_message}: ${level ?? "no level"}`).sort().join("\n"));
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
alert: 1
crit: 2
debug: 7
debug: 7
emerg: 0
error: 3
error: 3
http: no level
info: 6
info: 6
notice: 5
silly: no level
verbose: no level
warn: 4
warning: no level
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
