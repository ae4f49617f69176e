#!/bin/bash
# stompit: where a read ends between CR and LF a header ends in a CR, or the connection fails, and where it ends within a letter that letter
#   is lost.
#
# Versions: stompit 1.0.0 (npm), Node.js.
# Expected: STOMP 1.2, "Augmented BNF": lines end with LF, or with CR and LF; headers are UTF-8. TCP and TLS are streams: where a read ends
#   says nothing.
# Seen: of one message, sent whole, destination is "/queue/grün". With a read that ends behind the CR of that line it is "/queue/grün\r",
#   behind the first octet of the "ü" "/queue/gr??n" with two U+FFFD, and behind the CR of the command, or of the empty line, there is an
#   error and no message.
# Why it matters: where a record ends is chance: under load a message now and then goes to a handler that nobody has registered, or the
#   connection breaks, with brokers that write CR LF. Letters outside of ASCII are hit with every broker.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts stompit@1.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { once } from "events";
import net from "net";
import stompit from "stompit";

const FRAME = Buffer.from("MESSAGE\r\nsubscription:1\r\nmessage-id:1\r\ndestination:/queue/grün\r\n\r\nhello\0");
const cuts = {
  "in one read": FRAME.length,
  "behind the CR of the destination": FRAME.indexOf("ün\r") + 4,
  "within the letter": FRAME.indexOf("ü") + 1,
  "behind the CR of the command": FRAME.indexOf("\r") + 1,
  "behind the CR of the empty line": FRAME.indexOf("\r\n\r\n") + 3,
};
for (const [name, cut] of Object.entries(cuts)) {
  const server = net.createServer((socket) => {
    socket.setNoDelay(true);
    socket.once("data", () => socket.write("CONNECTED\r\nversion:1.2\r\n\r\n\0"));
    socket.on("data", async (data) => {
      if (!data.includes("SUBSCRIBE")) return;
      socket.write(FRAME.subarray(0, cut));
      await new Promise((resolve) => setTimeout(resolve, 300));
      socket.write(FRAME.subarray(cut));
    });
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const seen = await new Promise((resolve) => {
    const options = { host: "127.0.0.1", port: server.address().port, connectHeaders: { host: "/", "accept-version": "1.2" } };
    stompit.connect(options, (error, client) => {
      if (error) return resolve(`error: ${JSON.stringify(error.message)}`);
      client.on("error", (problem) => resolve(`error: ${JSON.stringify(problem.message)}`));
      client.subscribe({ destination: "/queue/grün", ack: "auto" }, (problem, message) => {
        resolve(problem ? `error: ${JSON.stringify(problem.message)}` : JSON.stringify(message.headers.destination));
      });
    });
    setTimeout(resolve, 3000, "nothing");
  });
  console.log(`${name}: ${seen}`);
  server.close();
}
process.exit();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
in one read: "/queue/grün"
behind the CR of the destination: "/queue/grün\r"
within the letter: "/queue/gr��n"
behind the CR of the command: error: "unknown command 'MESSAGE\r'"
behind the CR of the empty line: error: "header parse error"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
