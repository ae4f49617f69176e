#!/bin/bash
# rtp.js: of 4096 lost packets a report says 0, of 70,000 it says 368, and descriptions of a source whose number begins with a zero octet
# are refused.
#
# Versions: rtp.js 0.15.5 (npm), Node.js.
# Expected: RFC 3550, section 6.4.1: the cumulative number of packets lost has 24 bits and a sign. Section 6.5: the list of items of a
#   chunk ends with one or more null octets, up to the next 32-bit boundary, and the next chunk begins there.
# Seen: getTotalLost() gives the last 12 of the 24 bits. setTotalLost() writes 4096 as it should, and getTotalLost() of that is 0; -1, for
#   duplicates, is written as 800001 instead of ffffff. In a packet of two chunks the null octets with which the second SSRC begins are
#   taken for the end of the first chunk, and the packet is refused: "SDES Chunk length must be multiple of 4 bytes but it is 13 bytes".
# Why it matters: over a bad line a call of some minutes loses more than that; the numbers then jump back to zero, and loss in an interval
#   comes out negative. One random SSRC in 256 begins with a null octet.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rtp.js@0.15.5 >npm.log 2>&1

cat > find.js <<'JS'
const { ReceiverReportPacket, ReceptionReport, SdesPacket } = require("rtp.js").packets;

function view(hex) {
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
for (const lost of [4095, 4096, 70000, -1]) {
  // The reference: three octets, the most significant one first, in two's complement.
  const octets = (lost & 0xffffff).toString(16).padStart(6, "0");
  const packet = new ReceiverReportPacket(view(`81c90007 00000001 00000002 00${octets} 00000001 00000000 00000000 00000000`));
  const report = new ReceptionReport();
  report.setTotalLost(lost);
  const written = Buffer.from(report.getView().buffer, report.getView().byteOffset + 5, 3).toString("hex");
  console.log(`${lost} lost: ${octets}, read as ${packet.getReports()[0].getTotalLost()}, written ${written}`);
}
for (const ssrc of ["12345678", "00345678"]) {
  try {
    const packet = new SdesPacket(view(`82ca0006 11111111 0104 6a6f4078 0000 ${ssrc} 0104 6d6f4078 0000`));
    console.log(ssrc, packet.getChunks().map((chunk) => chunk.getItems()[0].text));
  } catch (error) {
    console.log(ssrc, error.message);
  }
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
4095 lost: 000fff, read as 4095, written 000fff
4096 lost: 001000, read as 0, written 001000
70000 lost: 011170, read as 368, written 011170
-1 lost: ffffff, read as 4095, written 800001
12345678 [ 'jo@x', 'mo@x' ]
00345678 SDES Chunk length must be multiple of 4 bytes but it is 13 bytes
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
