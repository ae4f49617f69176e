#!/bin/bash
# @webex/ts-sdp: an SDP with H.264's parameter sets, as RFC 6184 has them, cannot be read; sdp-transform keeps the first of several ICE options.
#
# Versions: @webex/ts-sdp 1.8.2, sdp-transform 3.0.0, rtc-sdp 1.3.1 for comparison (npm), Node.js.
# Expected: RFC 6184, section 8.1: sprop-parameter-sets is base64, which ends in "=" as a rule; RFC 8866, section 6.15: what stands behind the
#   payload type in fmtp is the format's affair. RFC 8839, section 5.6: ice-options has several tags; "ice2" must be among them (RFC 8445, section 10).
# Seen: parse() raises "Fmtp params is invalid" for base64 that ends in "=", and nothing of the description can be had. Of
#   "trickle ice2" sdp-transform keeps "trickle" when it reads and writes.
# Why it matters: cameras and softphones send parameter sets, over SIP or RTSP with TLS, and a call with one of them fails. Without "ice2" the other
#   side takes an agent of RFC 8445 for one of RFC 5245.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @webex/ts-sdp@1.8.2 sdp-transform@3.0.0 rtc-sdp@1.3.1 >npm.log 2>&1

cat > find.js <<'JS'
const rtcSdp = require("rtc-sdp");
const sdpTransform = require("sdp-transform");
const tsSdp = require("@webex/ts-sdp");

const packages = {
  "ts-sdp": (text) => tsSdp.parse(text).toString(),
  "sdp-transform": (text) => sdpTransform.write(sdpTransform.parse(text)),
  "rtc-sdp": (text) => rtcSdp(text).toString(),
};
const media = ["m=video 9 UDP/TLS/RTP/SAVPF 96", "c=IN IP4 0.0.0.0", "a=rtpmap:96 H264/90000"];
for (const line of [
  "a=fmtp:96 packetization-mode=1;profile-level-id=42e01f",
  "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IACpZTBYmI,aMljiA==",
  "a=ice-options:trickle ice2",
]) {
  console.log(line);
  for (const [name, rewrite] of Object.entries(packages)) {
    let seen;
    try {
      const lines = rewrite(["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", ...media, line, ""].join("\r\n")).split("\r\n");
      seen = lines.includes(line) ? "kept" : lines.find((other) => other.startsWith(line.slice(0, 6)));
    } catch (error) {
      seen = `error: ${error.message.split(" with ")[0]}`;
    }
    console.log(`  ${name}: ${seen}`);
  }
}
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
a=fmtp:96 packetization-mode=1;profile-level-id=42e01f
  ts-sdp: kept
  sdp-transform: kept
  rtc-sdp: kept
a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IACpZTBYmI,aMljiA==
  ts-sdp: error: Fmtp params is invalid
  sdp-transform: kept
  rtc-sdp: kept
a=ice-options:trickle ice2
  ts-sdp: kept
  sdp-transform: a=ice-options:trickle
  rtc-sdp: kept
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
