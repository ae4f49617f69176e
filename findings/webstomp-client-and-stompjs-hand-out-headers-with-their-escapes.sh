#!/bin/bash
# webstomp-client, stompjs, stomp-websocket: a header "host:port" arrives as "host\cport", and a body with a NUL ends there, though its length is given.
#
# Versions: webstomp-client 1.2.6, stompjs 2.3.3, stomp-websocket 2.3.4-next, @stomp/stompjs 7.2.1 to compare with (npm), Node.js.
# Expected: STOMP 1.1 and 1.2, "Value Encoding": in headers ":", line feed and "\" are written as "\c", "\n" and "\\", and must be
#   translated when read; both sides have agreed on these versions. "Body": with a content-length as many octets must be read, whether or
#   not there are NULs in them.
# Seen: of foo:a\cb\nc\\d the value is that text, where "a:b", a line break and "c\d" were meant; a header "a\b" is sent with one backslash,
#   which 1.2 calls a fatal error. Of a body of the three octets "a", NUL, "b" with content-length:3 "a" is left. @stomp/stompjs reads and
#   writes all of this.
# Why it matters: addresses, times and paths of Windows are in headers, for reply-to and correlation; and brokers close the connection at
#   "\b".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts webstomp-client@1.2.6 stompjs@2.3.3 stomp-websocket@2.3.4-next @stomp/stompjs@7.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "module";
import { Client } from "@stomp/stompjs";

const require = createRequire(import.meta.url);
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const FRAMES = [
  "MESSAGE\ndestination:/q\nmessage-id:1\nsubscription:s\nfoo:a\\cb\\nc\\\\d\n\nbody\0",
  "MESSAGE\ndestination:/q\nmessage-id:2\nsubscription:s\ncontent-length:3\n\na\0b\0",
];
const binary = (text) => new TextEncoder().encode(text).buffer;

// The broker's side of a WebSocket.
class Socket {
  constructor(version) {
    this.readyState = 1;
    this.binaryType = "arraybuffer";
    this.url = "ws://broker.example.org/";
    setTimeout(() => this.onopen());
    this.version = version;
    this.sent = [];
  }
  send(frame) {
    const text = typeof frame === "string" ? frame : new TextDecoder().decode(frame);
    this.sent.push(text);
    if (text.startsWith("CONNECT")) this.receive(`CONNECTED\nversion:${this.version}\nheart-beat:0,0\n\n\0`);
    if (text.startsWith("SUBSCRIBE")) for (const each of FRAMES) this.receive(each);
  }
  receive(text) {
    setTimeout(() => this.onmessage({ data: text }));
  }
  close() {}
}
function show(name, socket, got) {
  console.log(`${name}, STOMP ${socket.version}`);
  for (const message of got) console.log(`  ${JSON.stringify(message.headers.foo)} ${JSON.stringify(message.body)}`);
  console.log(`  writes a\\b as ${/foo:(.*)/.exec(socket.sent.find((frame) => frame.startsWith("SEND")))[1]}`);
}
for (const [name, version] of [["webstomp-client", "1.2"], ["stompjs", "1.1"], ["stomp-websocket", "1.1"]]) {
  const socket = new Socket(version);
  const stomp = require(name);
  const client = (stomp.Stomp ?? stomp).over(socket, { debug: false });
  client.debug = () => {};
  const got = [];
  client.connect({ login: "jo" }, () => {
    client.subscribe("/q", (message) => got.push(message), { id: "s" });
    if (name === "webstomp-client") client.send("/q", "x", { foo: "a\\b" });
    else client.send("/q", { foo: "a\\b" }, "x");
  });
  await sleep(300);
  show(name, socket, got);
}
const socket = new Socket("1.2");
const got = [];
const client = new Client({ webSocketFactory: () => socket });
client.onConnect = () => {
  client.subscribe("/q", (message) => got.push(message), { id: "s" });
  client.publish({ destination: "/q", body: "x", headers: { foo: "a\\b" } });
};
client.activate();
await sleep(300);
show("@stomp/stompjs", socket, got);
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
webstomp-client, STOMP 1.2
  "a\\cb\\nc\\\\d" "body"
  undefined "a"
  writes a\b as a\b
stompjs, STOMP 1.1
  "a\\cb\\nc\\\\d" "body"
  undefined "a"
  writes a\b as a\b
stomp-websocket, STOMP 1.1
  "a\\cb\\nc\\\\d" "body"
  undefined "a"
  writes a\b as a\b
@stomp/stompjs, STOMP 1.2
  "a:b\nc\\d" "body"
  undefined "a\u0000b"
  writes a\b as a\\b
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
