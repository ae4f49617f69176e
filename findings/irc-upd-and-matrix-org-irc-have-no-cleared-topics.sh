#!/bin/bash
# irc-upd and matrix-org-irc: when somebody clears the topic of a channel, the new topic is "undefined", and bots keep or show that.
#
# Versions: irc-upd 0.11.0, matrix-org-irc 3.0.0, irc-framework 4.14.0 to compare with (npm), Node.js.
# Expected: RFC 2812, section 2.3.1: trailing = *( ":" / " " / nospcrlfcl ): the last parameter may be empty, and is there if there is a
#   colon. Section 3.2.4: "If the <topic> parameter is an empty string, the topic for that channel will be removed."
# Seen: of ":jo!jo@example.org TOPIC #test :" the raw message has one argument, the channel, and the event "topic" the topic undefined, as
#   an empty parameter at the end is dropped. irc-framework gives the channel and an empty topic.
# Why it matters: bridges to other networks and log keepers are what the two are used for. Text made of it says that the topic is
#   "undefined", and code that takes the topic for a string fails when somebody clears one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts irc-upd@0.11.0 matrix-org-irc@3.0.0 irc-framework@4.14.0 >npm.log 2>&1

cat > find.js <<'JS'
const net = require("net");
const { ircLineParser } = require("irc-framework");

const line = ":jo!jo@example.org TOPIC #test :";
const greeting = [":irc.example.org 001 me :Welcome", ":me!me@example.org JOIN #test", ":irc.example.org 332 me #test :Old", line, ""].join("\r\n");

async function topic(irc) {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => data.toString().includes("USER") && socket.write(greeting));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new irc.Client("127.0.0.1", "me", { port: server.address().port, autoConnect: false, retryCount: 0 });
  client.on("error", () => {});
  const topics = [];
  const done = new Promise((resolve) => {
    client.on("topic", (channel, text) => topics.push(text) === 2 && resolve());
    setTimeout(resolve, 10000);
  });
  client.connect(0);
  await done;
  server.close();
  return topics;
}
(async () => {
  console.log("irc-framework:", ircLineParser(line).params);
  for (const name of ["irc-upd", "matrix-org-irc"]) console.log(`${name}:`, await topic(require(name)));
  process.exit();
})();
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
irc-framework: [ '#test', '' ]
irc-upd: [ undefined ]
matrix-org-irc: [ undefined ]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
