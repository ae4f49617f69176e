#!/bin/bash
# rtp-parser: takes contributing sources from the wrong place, and header extension and padding for sound or picture.
#
# Versions: rtp-parser 1.0.0, werift-rtp 0.8.9 (npm), Node.js.
# Expected: RFC 3550, section 5.1: twelve octets are fixed, the list of CSRC begins at the thirteenth; with X set a header extension stands
#   between the list and the payload (section 5.3.1); with P set the last octet says how many octets at the end are not part of the payload.
# Seen: of a packet with sources aaaaaaaa and bbbbbbbb it reports 345678aa and aaaaaabb, since it reads three octets too early, inside the
#   SSRC. The payload begins with the extension ("bede0001" and on) and ends with the padding. werift-rtp reads sources, extension and
#   payload of the same octets.
# Why it matters: conference mixers list their sources, and WebRTC and cameras put extensions into each packet, in RTSP over TLS as well: a
#   decoder gets octets of something else before and after each frame.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rtp-parser@1.0.0 werift-rtp@0.8.9 >npm.log 2>&1

cat > find.js <<'JS'
const { parseRtpPacket } = require("rtp-parser");
const { RtpPacket } = require("werift-rtp");

const header = "b2e000010000000a12345678"; // Version 2 with padding, extension and two sources; number, time, SSRC.
const packet = Buffer.from(header + "aaaaaaaa" + "bbbbbbbb" + "bede000110010000" + "deadbeef" + "00000004", "hex");
const show = (name, sources, payload) => {
  const result = [...sources.map((source) => source.toString(16)), payload.toString("hex")];
  console.log(`${name}: sources ${sources.map((source) => source.toString(16))}, payload ${payload.toString("hex")}`);
  return result;
};
const mine = parseRtpPacket(packet);
const other = RtpPacket.deSerialize(packet);
const seen = [show("rtp-parser", mine.csrc, mine.payload), show("werift-rtp", other.header.csrc, other.payload)];
const expected = [
  ["345678aa", "aaaaaabb", "bede000110010000deadbeef00000004"],
  ["aaaaaaaa", "bbbbbbbb", "deadbeef"],
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
