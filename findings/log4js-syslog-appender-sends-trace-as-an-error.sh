#!/bin/bash
# log4js-syslog-appender: trace, the least of the levels, arrives as an error with a stack, fatal as no more than an error, and a level of one's own
#   is a TypeError.
#
# Versions: log4js-syslog-appender 0.3.2, log4js 6.9.1 (npm), Node.js.
# Expected: log4js, levels: trace, debug, info, warn, error, fatal, in this order. RFC 5424, table 2: 2 is critical, 3 error, 7 debug. log4js has
#   one's own levels as an option ("levels") and a level "mark", the highest.
# Seen: logger.trace("x") has the severity 3, error, and the text is a stack of JavaScript, "Trace: x at ..."; debug is 7, info 6, warn 4, error and
#   fatal are 3. logger.mark("x") is a TypeError inside the appender, "Cannot read properties of undefined (reading 'call')", and so is any level of
#   one's own.
# Why it matters: who turns on trace for a while sets off every alarm for errors, and an alarm for critical ones is never set off.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts log4js-syslog-appender@0.3.2 log4js@6.9.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const dgram = require("node:dgram");
const log4js = require("log4js");
const { configure } = require("log4js-syslog-appender");

const server = dgram.createSocket("udp4");
const names = ["trace", "debug", "info", "warn", "error", "fatal", "mark"];
let name;
server.on("message", (data) => {
  const [, priority, text] = data.toString().match(/^<(\d+)>.*?\]:([^]*)/);
  console.log(`${name}: facility ${priority >> 3}, severity ${priority & 7}, ${JSON.stringify(text.split("\n")[0])}, ${text.split("\n").length > 1 ? "with a stack" : "one line"}`);
  next();
});
function next() {
  name = names.shift();
  if (!name) return process.exit(0);
  try {
    append({ level: log4js.levels.getLevel(name), data: ["x"], categoryName: "app", startTime: new Date() });
  } catch (error) {
    console.log(`${name}: ${error.name}: ${error.message}`);
    next();
  }
}
let append;
server.bind(0, "127.0.0.1", () => {
  append = configure({ type: "log4js-syslog-appender", address: "127.0.0.1", hostname: "host", port: server.address().port, facility: "local0" });
  next();
});
setTimeout(() => process.exit(1), 20000).unref();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
trace: facility 16, severity 3, "Trace: x", with a stack
debug: facility 16, severity 7, "x", one line
info: facility 16, severity 6, "x", one line
warn: facility 16, severity 4, "x", one line
error: facility 16, severity 3, "x", one line
fatal: facility 16, severity 3, "x", one line
mark: TypeError: Cannot read properties of undefined (reading 'call')
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
