#!/bin/bash
# simple-syslog-server: messages with a year get the present one, and what logger(1) sends has no host and no time, or is invalid.
#
# Versions: simple-syslog-server 1.0.0 (npm), Node.js.
# Expected: RFC 3339: the year of a time is the one that it has; rsyslog's RSYSLOG_ForwardFormat writes such times before host and tag. RFC
#   5424, section 6: behind the priority stand a version, a time, the host, the application. Its documentation: "A simple evented syslog
#   server and parser", with logger(1) for testing, which sends RFC 5424 to a server unless told otherwise; its source names RFC 5424.
# Seen: a message of 2020 arrives with the present year. Of "<30>1 2020-12-31T23:59:59Z host app 1 - - started: ok" the host is "-", the tag
#   "started", the time the first day of this year; without a colon in the text the message is "invalid". That of RFC 3164 is right.
# Why it matters: logs that are read again, or that come late around New Year, are a year off, and half of today's senders have no name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts simple-syslog-server@1.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const net = require("node:net");
const Syslog = require("simple-syslog-server");

const MESSAGES = [
  "<30>Nov 30 08:00:00 host app[1]: started",
  "<30>2020-12-31T23:59:59+00:00 host app[1]: started",
  "<30>1 2020-12-31T23:59:59Z host app 1 - - started: ok",
  "<30>1 2020-12-31T23:59:59Z host app 1 - - started",
];
let read = 0;
const show = (what) => {
  console.log(`${MESSAGES[read]}\n  ${what}`);
  read += 1;
  if (read === MESSAGES.length) process.exit();
};
const server = Syslog("TCP");
server.on("msg", ({ hostname, tag, timestamp, msg }) => {
  const year = timestamp.getFullYear() === new Date().getFullYear() ? "this year" : timestamp.getFullYear();
  show(`host ${hostname}, tag ${tag}, ${year} ${timestamp.toISOString().slice(5, 19)}, ${msg}`);
});
server.on("invalid", () => show("invalid"));
server.listen({ host: "127.0.0.1", port: 0 }).then(() => {
  const client = net.connect(server.server.address().port, "127.0.0.1");
  for (const message of MESSAGES) client.write(`${message.length} ${message}`);
});
JS
TZ=UTC timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
<30>Nov 30 08:00:00 host app[1]: started
  host host, tag app[1], this year 11-30T08:00:00, started
<30>2020-12-31T23:59:59+00:00 host app[1]: started
  host host, tag app[1], this year 12-31T23:59:59, started
<30>1 2020-12-31T23:59:59Z host app 1 - - started: ok
  host -, tag started, this year 01-01T00:00:00, ok
<30>1 2020-12-31T23:59:59Z host app 1 - - started
  invalid
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
