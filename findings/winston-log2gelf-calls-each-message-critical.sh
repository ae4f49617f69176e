#!/bin/bash
# winston-log2gelf: in Graylog each information is "critical", each warning an "alert", and each error an "emergency".
#
# Versions: winston-log2gelf 2.4.1 with winston 3.19.0 (npm), Node.js.
# Expected: GELF 1.1: level is "the level equal to the standard syslog levels": RFC 5424, section 6.2.1: 0 emergency, 1 alert, 2 critical, 3
#   error, 4 warning, 5 notice, 6 informational, 7 debug. Winston's own levels of npm are error, warn, info, http, verbose, debug, silly.
# Seen: over TCP error is level 0, warn 1, info 2, verbose 3, debug 4: Winston's numbers as they are. http is not in its list and becomes 0,
#   emergency, like notice, warning and crit of winston.config.syslog.levels. debug is a "warning" there.
# Why it matters: alarms that go by level <= 3 ring at each line that says "request done", and a real emergency looks like a usual error;
#   nobody can filter by severity over several services.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts winston-log2gelf@2.4.1 winston@3.19.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { once } from "events";
import net from "net";
import winston from "winston";
import Log2gelf from "winston-log2gelf";

const SYSLOG = ["emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"];
let text = "";
const server = net.createServer((socket) => socket.on("data", (data) => (text += data)));
server.listen(0, "127.0.0.1");
await once(server, "listening");
for (const [levels, least] of [[winston.config.npm.levels, "debug"], [winston.config.syslog.levels, "debug"]]) {
  text = "";
  const transport = new Log2gelf({ host: "127.0.0.1", port: server.address().port, level: least });
  const logger = winston.createLogger({ levels, level: least, transports: [transport] });
  const names = Object.keys(levels).filter((name) => name !== "silly");
  for (const name of names) logger.log(name, name);
  for (let tries = 0; tries < 100 && text.split("\0").length <= names.length; tries++) await new Promise((done) => setTimeout(done, 50));
  for (const message of text.split("\0").filter(Boolean).map((line) => JSON.parse(line))) {
    console.log(`${message.short_message}: level ${message.level}, "${SYSLOG[message.level]}"`);
  }
}
process.exit();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
error: level 0, "emergency"
warn: level 1, "alert"
info: level 2, "critical"
http: level 0, "emergency"
verbose: level 3, "error"
debug: level 4, "warning"
emerg: level 0, "emergency"
alert: level 0, "emergency"
crit: level 0, "emergency"
error: level 0, "emergency"
warning: level 0, "emergency"
notice: level 0, "emergency"
info: level 2, "critical"
debug: level 4, "warning"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
