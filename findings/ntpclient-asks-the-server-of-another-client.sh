#!/bin/bash
# ntpclient: a second client made with the name of a server changes the server of the first one, and of all that are made later without one.
#
# Versions: ntpclient 1.7.2 (npm; the newest for Node.js 20), Node.js; two servers of the script's on loopback.
# Expected: new NTPClient(server, port, timeout) is a client for that server, as its documentation has it ("new NTPClient('de.pool.ntp.org', 123, 40 *
#   1000)"); what one object is told does not concern another.
# Seen: with a = new NTPClient("127.0.0.1", portA) and b = new NTPClient("127.0.0.1", portB), a asks the server of b. With objects ({ server, port })
#   each asks its own one. After that new NTPClient(), which should ask pool.ntp.org at port 123, has the server, the port and the time limit of the
#   last.
# Why it matters: one compares two servers to notice a wrong one, and compares one with itself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ntpclient@1.7.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import dgram from "node:dgram";
import { NTPClient } from "ntpclient";

const serve = (year) =>
  new Promise((resolve) => {
    const server = dgram.createSocket("udp4");
    server.on("message", (message, { port, address }) => {
      const answer = Buffer.alloc(48);
      answer[0] = 0x1c;
      answer.writeUInt32BE(Date.UTC(year, 0, 1) / 1000 + 2208988800, 40);
      server.send(answer, port, address);
    });
    server.bind(0, "127.0.0.1", () => resolve(server));
  });
const servers = [await serve(2021), await serve(2022)];
const ports = servers.map((server) => server.address().port);
for (const [form, make] of [
  ["objects", (port) => new NTPClient({ server: "127.0.0.1", port, replyTimeout: 5000 })],
  ["names", (port) => new NTPClient("127.0.0.1", port, 5000)],
]) {
  const clients = ports.map(make);
  const years = [];
  for (const client of clients) years.push((await client.getNetworkTime()).getUTCFullYear());
  console.log(`made with ${form}: a, the server of 2021, says ${years[0]}; b, the server of 2022, says ${years[1]}`);
}
const { server, port } = new NTPClient().config;
console.log(`made with nothing: ${server}, port ${port === ports[1] ? "of b" : port}`);
for (const one of servers) one.close();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
made with objects: a, the server of 2021, says 2021; b, the server of 2022, says 2022
made with names: a, the server of 2021, says 2022; b, the server of 2022, says 2022
made with nothing: 127.0.0.1, port of b
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
