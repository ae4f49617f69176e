#!/bin/bash
# influxdb-client: without tags each line has a comma too many, texts come without quotation marks and percent-encoded, and with the client's time
#   stamp there is none.
#
# Versions: influxdb-client 0.0.1 and, to compare with, @influxdata/influxdb-client 1.35.0 (npm), Node.js; a server of the script's on loopback.
# Expected: InfluxDB 0.9, line protocol: measurement, then tags if any, each with a comma before it, a blank, fields, where a string stands in double
#   quotation marks, a blank, a time stamp; blanks and commas in tags are escaped with a backslash, nothing is percent-encoded. In its documentation
#   the tags of write() are optional, and userClientTimestamp an option.
# Seen: write("load", 1) sends "load, value=1": after the comma a tag is expected, and the server refuses it. The field "a b" is sent as value=a%20b,
#   and the tag "Bad Ems" as Bad%20Ems. With userClientTimestamp: true the line ends in a blank, as "Date().now" is taken, which is undefined. With a
#   tag and a number all is right.
# Why it matters: the simplest call of the documentation is the one that fails, and only the status code of the answer says so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts influxdb-client@0.0.1 @influxdata/influxdb-client@1.35.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const http = require("node:http");
const Client = require("influxdb-client");
const { Point } = require("@influxdata/influxdb-client");

let body;
const server = http.createServer((request, response) => {
  body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => response.writeHead(204).end());
});
server.listen(0, "127.0.0.1", async () => {
  for (const [value, tags, userClientTimestamp] of [[1, { host: "a" }, false], [1, undefined, false], ["a b", { host: "a" }, false], [1, { city: "Bad Ems" }, false], [1, { host: "a" }, true]]) {
    const client = Client.create({ port: server.address().port, database: "db", userClientTimestamp });
    await client.write("load", value, tags);
    const point = new Point("load");
    for (const [name, tag] of Object.entries(tags ?? {})) point.tag(name, tag);
    if (typeof value === "string") point.stringField("value", value);
    else point.floatField("value", value);
    const right = point.toLineProtocol({ convertTime: () => (userClientTimestamp ? "<time>" : undefined) });
    console.log(`${JSON.stringify(value)}, tags ${JSON.stringify(tags)}, time stamp ${userClientTimestamp}: ${JSON.stringify(body)}; right: ${JSON.stringify(right)}`);
  }
  server.close();
});
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
1, tags {"host":"a"}, time stamp false: "load,host=a value=1"; right: "load,host=a value=1"
1, tags undefined, time stamp false: "load, value=1"; right: "load value=1"
"a b", tags {"host":"a"}, time stamp false: "load,host=a value=a%20b"; right: "load,host=a value=\"a b\""
1, tags {"city":"Bad Ems"}, time stamp false: "load,city=Bad%20Ems value=1"; right: "load,city=Bad\\ Ems value=1"
1, tags {"host":"a"}, time stamp true: "load,host=a value=1 "; right: "load,host=a value=1 <time>"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
