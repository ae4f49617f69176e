#!/bin/bash
# stomp-broker-js: an empty line in a text arrives as a comma, umlauts cost the end of a text, and no receipt ever comes.
#
# Versions: stomp-broker-js 1.3.0, @stomp/stompjs 7.2.1 with ws 8.18.3 for the clients (npm), Node.js.
# Expected: STOMP 1.1: the body is all octets behind the first empty line; content-length "is an octet count for the length of the message
#   body"; a server "MUST" answer any frame with a receipt header by a RECEIPT, CONNECT excepted. Its documentation: "Simple STOMP 1.1
#   Broker".
# Seen: "one", empty line, "two" arrives as "one,two". "Grüße" arrives as "Grü" and half of the "ß", as the length is counted in letters.
#   For SUBSCRIBE and SEND with a receipt header nothing comes within two seconds. Blanks at the ends of a header are cut.
# Why it matters: mails, signed texts and messages of HTTP have empty lines; JSON with umlauts loses its last brackets. A client that waits
#   for the receipt before it goes on waits for ever.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts stomp-broker-js@1.3.0 @stomp/stompjs@7.2.1 ws@8.18.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import { once } from "events";
import http from "http";
import { Client } from "@stomp/stompjs";
import Broker from "stomp-broker-js";
import { WebSocket } from "ws";

Object.assign(global, { WebSocket });
const server = http.createServer();
new Broker({ server, path: "/stomp" });
server.listen(0, "127.0.0.1");
await once(server, "listening");
const connect = () =>
  new Promise((resolve) => {
    const client = new Client({ brokerURL: `ws://127.0.0.1:${server.address().port}/stomp`, heartbeatIncoming: 0, heartbeatOutgoing: 0 });
    client.onConnect = () => resolve(client);
    client.activate();
  });
const [sender, reader] = [await connect(), await connect()];
const receipt = (client, id) =>
  new Promise((resolve) => {
    client.watchForReceipt(id, () => resolve("a receipt"));
    setTimeout(resolve, 2000, "no receipt");
  });
const messages = [];
const subscribed = receipt(reader, "1");
reader.subscribe("/topic.a", (message) => messages.push(message), { receipt: "1" });
console.log(`SUBSCRIBE: ${await subscribed}`);
for (const [number, body] of ["plain", "one\n\ntwo", "Grüße"].entries()) {
  const sent = receipt(sender, `s${number}`);
  sender.publish({ destination: "/topic.a", body, headers: { receipt: `s${number}`, note: " a:b " } });
  console.log(`SEND: ${await sent}`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { body: seen, headers } = messages.pop();
  const rest = `content-length ${headers["content-length"]}, note ${JSON.stringify(headers.note)}`;
  console.log(`${JSON.stringify(body)}: ${JSON.stringify(seen)}, ${rest}`);
}
process.exit();
JS
timeout 60 node find.mjs 2>/dev/null | tee seen
cat > expected <<'TEXT'
SUBSCRIBE: no receipt
SEND: no receipt
"plain": "plain", content-length 5, note "a:b"
SEND: no receipt
"one\n\ntwo": "one,two", content-length 7, note "a:b"
SEND: no receipt
"Grüße": "Grü�", content-length 5, note "a:b"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
