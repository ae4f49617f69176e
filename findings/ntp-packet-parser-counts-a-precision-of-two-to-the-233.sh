#!/bin/bash
# ntp-packet-parser: a precision of 2^-23 seconds is 2^233, a delay of a second and a half is a date in 1900, and 2036 is 1900 again.
#
# Versions: ntp-packet-parser 0.5.0 (npm), Node.js.
# Expected: RFC 5905, section 7.3: precision is an 8-bit signed integer, in log2 seconds; root delay and root dispersion are durations in
#   NTP short format; section 6: a time stamp counts seconds of an era, and "0 to 2^31" is that of era 1, from February 2036 on, for whoever
#   lives near to it. RFC 8915 (NTS): clients behind TLS get the same packets.
# Seen: parse() of a packet with precision ec (-20) gives 236, of e9 (-23) gives 233. The root delay 1.5 seconds is the Date
#   1900-01-01T00:00:01.500Z, and so is the dispersion. A transmit time of 1 second after the end of era 0 (2036-02-07T06:28:17Z) is
#   1900-01-01T00:00:01.000Z.
# Why it matters: who weighs servers by precision and delay, as RFC 5905 wants it, takes the worst for the best; tests with clocks set ahead
#   fail.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ntp-packet-parser@0.5.0 >npm.log 2>&1

cat > find.js <<'JS'
const { NtpPacketParser } = require("ntp-packet-parser");

function packet(seconds) {
  const octets = Buffer.alloc(48);
  octets[0] = 0x24; // Version 4, server.
  octets[1] = 1;
  octets.writeInt8(6, 2);
  octets.writeInt8(-23, 3);
  octets.writeUInt32BE(0x00018000, 4);
  octets.write("GPS", 12);
  octets.writeUInt32BE(seconds, 40);
  return octets;
}
const now = NtpPacketParser.parse(packet(3918596167)); // 2024-03-05T02:56:07Z
const later = NtpPacketParser.parse(packet(1));
console.log("poll:", now.poll, "precision:", now.precision, "root delay:", now.rootDelay);
console.log("transmit:", now.transmitTimestamp, "and", later.transmitTimestamp);
const seen = [now.poll, now.precision, now.rootDelay, now.transmitTimestamp.toISOString(), later.transmitTimestamp];
const expected = [6, 233, "1900-01-01T00:00:01.500Z", new Date((3918596167 - 2208988800) * 1000).toISOString(), "1900-01-01T00:00:01.000Z"];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
TZ=UTC node find.js || { echo "CHANGED: see above"; exit 1; }
