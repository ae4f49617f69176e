#!/bin/bash
# @destinationstransfers/ntp: the fraction of the second is made of the whole seconds, so that each answer of each server ends in nearly the same
#   fraction and is wrong by up to a second.
#
# Versions: @destinationstransfers/ntp 2.0.0 (npm), Node.js; a server of the script's on loopback.
# Expected: RFC 5905, section 7.3, figure 8: the transmit timestamp is the last field of the header without extensions, octets 40 to 47: 32 bits of
#   seconds, and 32 bits of their fraction in 44 to 47. The receive timestamp is in 32 to 39. Its own words: "Fetches the current NTP Time from the
#   given server and port".
# Seen: it takes the seconds of the receive timestamp (octet 32) and for the fraction the octets 40 to 43, which are the seconds of the transmit
#   timestamp. A server that says 12:00:00.000 and one that says 12:00:00.750 are both 12:00:00.932; the fraction moves by 1 ms in 50 days.
# Why it matters: one asks a time server for milliseconds; the clock is set up to 0.93 s ahead, which no rounding of the network explains. Read the
#   answer oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @destinationstransfers/ntp@2.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const dgram = require("node:dgram");
const { getNetworkTime } = require("@destinationstransfers/ntp");

const server = dgram.createSocket("udp4");
let now;
server.on("message", (message, { port, address }) => {
  const answer = Buffer.alloc(48);
  answer[0] = 0x1c;
  answer[1] = 1;
  for (const at of [32, 40]) {
    answer.writeUInt32BE(Math.floor(now / 1000) + 2208988800, at);
    answer.writeUInt32BE(((now % 1000) / 1000) * 2 ** 32, at + 4);
  }
  server.send(answer, port, address);
});
server.bind(0, "127.0.0.1", async () => {
  for (const text of ["2026-11-30T12:00:00.000Z", "2026-11-30T12:00:00.250Z", "2026-11-30T12:00:00.750Z", "2026-12-30T12:00:00.000Z"]) {
    now = Date.parse(text);
    const seen = await getNetworkTime({ server: "127.0.0.1", port: server.address().port, timeout: 5000 });
    console.log(`the server says ${text}, seen ${seen.toISOString()}, off by ${seen - now} ms`);
  }
  server.close();
});
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
the server says 2026-11-30T12:00:00.000Z, seen 2026-11-30T12:00:00.932Z, off by 932 ms
the server says 2026-11-30T12:00:00.250Z, seen 2026-11-30T12:00:00.932Z, off by 682 ms
the server says 2026-11-30T12:00:00.750Z, seen 2026-11-30T12:00:00.932Z, off by 182 ms
the server says 2026-12-30T12:00:00.000Z, seen 2026-12-30T12:00:00.933Z, off by 933 ms
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
