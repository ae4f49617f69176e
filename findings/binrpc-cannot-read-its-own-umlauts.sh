#!/bin/bash
# binrpc: texts are written as ISO 8859-1, as HomeMatic has them, and read as UTF-8: of "Küche" the second letter is lost.
#
# Versions: binrpc 3.3.1, homematic-xmlrpc 2.0.0 to compare with (npm), Node.js.
# Expected: the HomeMatic central unit uses ISO 8859-1 in both of its protocols, as the package does when it writes. Its documentation:
#   "HomeMatic xmlrpc_bin:// protocol server and client", and homematic-xmlrpc "should be a 1:1 drop-in-replacement".
# Seen: the request with "Küche" holds the octet fc for the ü; decodeRequest() of that request gives "K\ufffdche", decodeResponse() of a
#   response likewise. Over homematic-xmlrpc, from its client to its server, the text arrives.
# Why it matters: names of rooms and devices, in German as a rule, are shown with a question mark, and written back that way if a program
#   sets them again.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts binrpc@3.3.1 homematic-xmlrpc@2.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const protocol = require("binrpc/lib/protocol.js");
const xmlrpc = require("homematic-xmlrpc");

const show = (text) => JSON.stringify(text).replace(/[^ -~]/g, (letter) => "\\u" + letter.charCodeAt().toString(16).padStart(4, "0"));
for (const text of ["Flur", "Küche"]) {
  const request = protocol.encodeRequest("setValue", [text]);
  console.log(`${show(text)} is written as ${request.subarray(-text.length).toString("hex")}`);
  console.log(`  request: ${show(protocol.decodeRequest(request).params[0])}`);
  console.log(`  response: ${show(protocol.decodeResponse(protocol.encodeResponse(text)))}`);
}
const server = xmlrpc.createServer({ host: "127.0.0.1", port: 0 }, () => {
  const client = xmlrpc.createClient({ host: "127.0.0.1", port: server.httpServer.address().port, path: "/" });
  client.methodCall("setValue", ["Küche"], (error, value) => {
    console.log(`homematic-xmlrpc: ${error ?? show(value)}`);
    process.exit();
  });
});
server.on("setValue", (error, [text], callback) => callback(null, text));
JS
timeout 60 node --no-deprecation find.cjs | tee seen
cat > expected <<'TEXT'
"Flur" is written as 466c7572
  request: "Flur"
  response: "Flur"
"K\u00fcche" is written as 4bfc636865
  request: "K\ufffdche"
  response: "K\ufffdche"
homematic-xmlrpc: "K\u00fcche"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
