#!/bin/bash
# davexmlrpc: what its server refuses, its client calls a success; answers with an umlaut are cut; and bytes in base64 come back as broken text.
#
# Versions: davexmlrpc 0.4.26 (npm), Node.js.
# Expected: XML-RPC specification, "Response format": "Unless there's a lower-level error, always return 200 OK", faults included; Content-Length
#   is to be correct, which counts octets (RFC 9110, section 8.6). <base64> is "base64-encoded binary".
# Seen: the server answers returnVal({ message: "no such account" }) with status 500, and the client calls back with null for the error and
#   undefined for the result. An answer with "Jürgen Müller" is two octets too short, as letters are counted: the end of the document is
#   missing, and the client has an error. The four octets ff d8 ff e0 in <base64> become 12 octets of U+FFFD.
# Why it matters: a client that checks the error goes on as if the account had been changed. All is well in tests with ASCII names.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts davexmlrpc@0.4.26 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import net from "node:net";
const xmlrpc = createRequire(import.meta.url)("davexmlrpc");
const log = console.log;
console.log = () => {};

const free = () => new Promise((resolve) => {
  const server = net.createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const port = await free();
xmlrpc.startServerOverHttp({ port, flLogToConsole: false }, (request) => {
  if (request.verb === "refuse") request.returnVal({ message: "no such account" });
  else request.returnVal(undefined, { name: request.verb === "umlaut" ? "Jürgen Müller" : "Jo Doe" });
  return true;
});
await new Promise((resolve) => setTimeout(resolve, 500));
const raw = (verb) => new Promise((resolve) => {
  const body = xmlrpc.buildCall(verb, []);
  const socket = net.connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (data) => (answer += data.toString("latin1")));
  socket.on("close", () => resolve(answer));
  socket.write(`POST /rpc2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
});
for (const verb of ["ascii", "umlaut", "refuse"]) {
  const [error, value] = await new Promise((resolve) => xmlrpc.client(`http://127.0.0.1:${port}/rpc2`, verb, [], undefined, (...a) => resolve(a)));
  const [head, ...body] = (await raw(verb)).split("\r\n\r\n");
  const [, status] = head.split(" ");
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  log(`${verb}: status ${status}${status === "200" ? `, Content-Length ${length} of ${body.join("\r\n\r\n").length} octets` : ""}`);
  log(`  client: ${error ? "an error" : `no error (${error}), result ${JSON.stringify(value)}`}`);
}
const call = "<methodCall><methodName>a</methodName><params><param><value><base64>/9j/4A==</base64></value></param></params></methodCall>";
xmlrpc.server(call, (error, verb, [value]) => log(`base64 /9j/4A==: ${Buffer.from(value).toString("hex")}`));
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
ascii: status 200, Content-Length 234 of 234 octets
  client: no error (undefined), result {"name":"Jo Doe"}
umlaut: status 200, Content-Length 241 of 243 octets
  client: an error
refuse: status 500
  client: no error (null), result undefined
base64 /9j/4A==: efbfbdefbfbdefbfbdefbfbd
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
