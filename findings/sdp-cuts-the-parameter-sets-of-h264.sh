#!/bin/bash
# sdp, and sdp-jingle-json with it: parameters of a format end at their second "=", so that the parameter sets of H.264 lose their padding.
#
# Versions: sdp 3.2.2, sdp-jingle-json 3.1.0, sdp-transform 3.0.0 to compare with (npm), Node.js.
# Expected: RFC 6184, section 8.1: sprop-parameter-sets is a list in base64 with commas between its members; section 8.2.1 has it in a=fmtp.
#   RFC 4648, section 3.2: the padding, "=", is not left out. RFC 8839, section 5.6: ice-options says what the other side can do.
# Seen: of sprop-parameter-sets=Z0IAH5WoFAFuQA==,aM48gA== SDPUtils.parseFmtp() gives "Z0IAH5WoFAFuQA": the second set is gone, and the first
#   has no padding. writeFmtp() writes that. sdp-jingle-json puts it into the Jingle session, and leaves ice-options out of it.
#   sdp-transform keeps the value.
# Why it matters: without the picture's parameter set a decoder that takes them from the SDP, as cameras have them, shows nothing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts sdp@3.2.2 sdp-jingle-json@3.1.0 sdp-transform@3.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const SDPUtils = require("sdp");
const jingle = require("sdp-jingle-json");
const transform = require("sdp-transform");

const line = "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAH5WoFAFuQA==,aM48gA==";
const session = [
  "v=0", "o=- 123 2 IN IP4 192.0.2.1", "s=-", "t=0 0",
  "m=video 9 UDP/TLS/RTP/SAVPF 96", "c=IN IP4 0.0.0.0", "a=ice-ufrag:abcd", "a=ice-pwd:abcdefghijklmnopqrstuvwx", "a=ice-options:trickle",
  "a=fingerprint:sha-256 AA:BB", "a=setup:actpass", "a=mid:a", "a=rtpmap:96 H264/90000", line, "",
].join("\r\n");
const parameters = SDPUtils.parseFmtp(line);
console.log("sdp reads:", parameters["sprop-parameter-sets"]);
console.log("sdp writes:", SDPUtils.writeFmtp({ payloadType: 96, parameters }).trim());
const json = jingle.toSessionJSON(session, { role: "initiator" });
console.log("sdp-jingle-json reads:", json.contents[0].application.payloads[0].parameters[1].value);
const back = jingle.toSessionSDP(json, { role: "initiator", sid: "123", time: "2" });
console.log("sdp-jingle-json writes:", /a=fmtp.*/.exec(back)[0].trim(), /ice-options/.test(back) ? "with" : "without", "ice-options");
const other = transform.write(transform.parse(session));
console.log("sdp-transform writes:", /a=fmtp.*/.exec(other)[0].trim(), /ice-options/.test(other) ? "with" : "without", "ice-options");
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
sdp reads: Z0IAH5WoFAFuQA
sdp writes: a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAH5WoFAFuQA
sdp-jingle-json reads: Z0IAH5WoFAFuQA
sdp-jingle-json writes: a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAH5WoFAFuQA without ice-options
sdp-transform writes: a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAH5WoFAFuQA==,aM48gA== with ice-options
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
