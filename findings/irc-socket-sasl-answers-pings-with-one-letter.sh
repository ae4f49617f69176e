#!/bin/bash
# irc-socket-sasl: a PING without a colon is answered with its last letter, and a capability's first letter is lost.
#
# Versions: irc-socket-sasl 4.1.2 (npm), Node.js, a server of the script's in the protocol, over TLS.
# Expected: RFC 2812, section 2.3.1: a last parameter may be written with or without a colon, both mean the same: "PING 1234567890" is "PING :1234567890".
#   Section 3.7.3: the PONG has the token of the PING. The package promises that "pings are automatically ponged too".
# Seen: the answer starts at the colon; without one it is "PONG 0", the last letter. "CAP me ACK sasl" instead of "CAP me ACK :sasl" is read as "asl", so
#   sasl is not taken for acknowledged: AUTHENTICATE is never sent, nor is CAP END, and the start never ends.
# Why it matters: servers that compare the token (they send a random number before they let anybody in) disconnect after a while with "Ping timeout", which
#   looks like a network that is down. Answer PING yourself in a listener of "data", and use a server that writes the colons.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts irc-socket-sasl@4.1.2 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.js <<'JS'
const fs = require("fs");
const tls = require("tls");
const IrcSocket = require("irc-socket-sasl");

const cert = fs.readFileSync("cert.pem");

// What the client sends in a second after the server's lines, which may name the colon that ends in front of the last parameter.
function talk(colon) {
  return new Promise((resolve, reject) => {
    const server = tls.createServer({ key: fs.readFileSync("key.pem"), cert }, (socket) => {
      const lines = [];
      let text = "";
      socket.on("error", () => {});
      socket.on("data", (data) => {
        text += data;
        for (let end; (end = text.indexOf("\r\n")) >= 0; text = text.slice(end + 2)) {
          const line = text.slice(0, end);
          lines.push(line);
          if (line === "CAP LS") socket.write(":irc.example CAP me LS :sasl\r\n");
          if (line.startsWith("CAP REQ")) socket.write(`:irc.example CAP me ACK ${colon}sasl\r\nPING ${colon}1234567890\r\n`);
        }
      });
      setTimeout(() => {
        socket.destroy();
        server.close();
        resolve(lines);
      }, 1000);
    });
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const client = new IrcSocket({
        socket: tls,
        server: "127.0.0.1",
        port: server.address().port,
        connectOptions: { ca: cert, servername: "localhost" },
        nicknames: ["me"],
        username: "me",
        realname: "Me",
        saslPassword: "secret",
        capabilities: { requires: [], wants: ["sasl"] },
      });
      client.on("error", () => {});
      // "connect" is what the package waits for, and TLS sockets emit that too.
      client.connect();
    });
  });
}

(async () => {
  const seen = [];
  for (const colon of [":", ""]) {
    const lines = await talk(colon);
    const pong = lines.find((line) => line.startsWith("PONG"));
    const sasl = lines.includes("AUTHENTICATE PLAIN");
    console.log(`"PING ${colon}1234567890" is answered with "${pong}"; "ACK ${colon}sasl" ${sasl ? "starts" : "does not start"} the login`);
    seen.push([pong, sasl]);
  }
  process.exit(JSON.stringify(seen) === JSON.stringify([["PONG :1234567890", true], ["PONG 0", false]]) ? 0 : 1);
})();
JS
timeout 60 node find.js || { echo "CHANGED: see above"; exit 1; }
