#!/bin/bash
# watershed: a message in two fragments ends the connection, and a server that says "Connection: keep-alive, Upgrade" has not upgraded for
#   it.
#
# Versions: watershed 0.4.1, ws 8.18.3 for the other side (npm), Node.js.
# Expected: RFC 6455, section 5.4: a message may be sent in fragments, and clients and servers MUST support both fragmented and unfragmented
#   messages; section 4.1: the Connection header has the token "Upgrade", in a list as RFC 9110 has it. Its source: "An implementation of
#   RFC6455".
# Seen: "hello" in one frame arrives. "hel" and "lo" as two fragments: no message, and the server asks to close the connection. connect()
#   raises "Missing Connection Header" for a list; ws takes it.
# Why it matters: browsers and ws fragment long or streamed messages as they like, some proxies too: a chat or an upload ends in the middle,
#   with a regular close.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts watershed@0.4.1 ws@8.18.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createHash } from "crypto";
import { once } from "events";
import http from "http";
import shed from "watershed";
import { WebSocket } from "ws";

const factory = new shed.Watershed();
const accept = (key) => createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
let messages;
const server = http.createServer();
server.on("upgrade", (request, socket, head) => {
  if (request.url === "/list") {
    const key = accept(request.headers["sec-websocket-key"]);
    const lines = ["HTTP/1.1 101 ok", "Upgrade: websocket", "Connection: keep-alive, Upgrade", `Sec-WebSocket-Accept: ${key}`, "", ""];
    return socket.write(lines.join("\r\n"));
  }
  const connection = factory.accept(request, socket, head);
  connection.on("text", (text) => {
    messages.push(text);
    connection.send("got it");
  });
  connection.on("error", () => {});
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();
for (const pieces of [["hello"], ["hel", "lo"]]) {
  messages = [];
  const client = new WebSocket(`ws://127.0.0.1:${port}/`);
  await once(client, "open");
  pieces.forEach((piece, number) => client.send(piece, { fin: number === pieces.length - 1 }));
  const seen = await new Promise((resolve) => {
    client.on("message", (data) => resolve(`answer ${data}`));
    client.on("close", (code) => resolve(`closed with ${code}`));
    setTimeout(() => resolve(["connecting", "open", "closing", "closed"][client.readyState]), 3000);
  });
  console.log(`${JSON.stringify(pieces)}: server has ${JSON.stringify(messages)}, client: ${seen}`);
}
const key = factory.generateKey();
const headers = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13" };
const request = http.get({ port, host: "127.0.0.1", path: "/list", headers });
const [response, socket, head] = await once(request, "upgrade");
try {
  factory.connect(response, socket, head, key);
  console.log("a list: connected");
} catch (error) {
  console.log(`a list: ${error.message}`);
}
const other = new WebSocket(`ws://127.0.0.1:${port}/list`);
await once(other, "open");
console.log("ws, a list: connected");
process.exit();
JS
timeout 60 node find.mjs 2>/dev/null | tee seen
cat > expected <<'TEXT'
["hello"]: server has ["hello"], client: answer got it
["hel","lo"]: server has [], client: closing
a list: Missing Connection Header
ws, a list: connected
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
