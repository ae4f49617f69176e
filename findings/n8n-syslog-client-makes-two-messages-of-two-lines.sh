#!/bin/bash
# @n8n/syslog-client: over TLS no message says how long it is, so that each line of a text is one; and a blank in the program's name moves all fields.
#
# Versions: @n8n/syslog-client 1.11.0 (npm), Node.js, openssl.
# Expected: RFC 5425, section 4.3: over TLS each message begins with its length and a blank. RFC 5424, section 6.2.5: an APP-NAME has no
#   blanks, as they separate the fields; section 6.4: a text in UTF-8 begins with a BOM.
# Seen: "line 1", a line break and "line 2" is sent without a length, ended by a line feed, so that the second line is a message without a
#   header for a server that goes by line feeds, and none of it is one for a server that goes by the RFC. With the application's name "my
#   app" the message is "... h my app 123 ID - ...": the application is "my", the process "app", and its number the type of the message.
# Why it matters: traces of errors have many lines. Both lines and names are taken as they are, and nothing is raised.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @n8n/syslog-client@1.11.0 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 30 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>openssl.log

cat > find.mjs <<'JS'
import { once } from "events";
import fs from "fs";
import tls from "tls";
import { createClient, Facility, Severity, Transport } from "@n8n/syslog-client";

let got = "";
const server = tls.createServer({ key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") }, (socket) => {
  socket.on("error", () => {});
  socket.on("data", (data) => { got += data; });
});
server.listen(0, "localhost");
await once(server, "listening");
const client = createClient("localhost", {
  transport: Transport.Tls, port: server.address().port, tlsCA: fs.readFileSync("cert.pem"), rfc3164: false, appName: "my app", syslogHostname: "h",
});
const timestamp = new Date("2026-01-02T03:04:05.006Z");
await client.log("line 1\nline 2", { facility: Facility.Local0, severity: Severity.Error, msgid: "ID", timestamp });
await client.log("Gr\u00fc\u00dfe", { facility: Facility.Local0, severity: Severity.Error, msgid: "ID", timestamp });
await new Promise((resolve) => setTimeout(resolve, 500));
for (const line of got.replaceAll(` ${process.pid} `, " 123 ").split("\n").slice(0, -1)) {
  console.log(JSON.stringify(line));
  const fields = /^(\d+ )?<(\d+)>1 (\S+) (\S+) (\S+) (\S+) (\S+) (.*)$/.exec(line);
  if (fields) console.log(`  length ${fields[1]}, APP-NAME ${fields[5]}, PROCID ${fields[6]}, MSGID ${fields[7]}, structured data and text: ${fields[8]}`);
  else console.log("  not a message");
}
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
"<131>1 2026-01-02T03:04:05.006Z h my app 123 ID - line 1"
  length undefined, APP-NAME my, PROCID app, MSGID 123, structured data and text: ID - line 1
"line 2"
  not a message
"<131>1 2026-01-02T03:04:05.006Z h my app 123 ID - Grüße"
  length undefined, APP-NAME my, PROCID app, MSGID 123, structured data and text: ID - Grüße
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
