#!/bin/bash
# semantic-sdp: changes the CNAME of a source, the events that a phone takes, and candidates of TCP.
#
# Versions: semantic-sdp 3.31.1, sdp-transform 3.0.0 (npm), Node.js.
# Expected: RFC 8839, section 5.1 and RFC 6544, section 4.5: a candidate of TCP has "tcptype", which MUST be there; RFC 4733, section 2.4.1
#   and RFC 8866, section 6.15: "a=fmtp:101 0-15" lists events; RFC 5576, section 6.1: cname names the source, the same in SDP and in RTCP.
#   Its documentation: SDPInfo.parse() reads, toString() writes.
# Seen: what was read and written again has "a=fmtp:101 0-15=", "a=ssrc:11111 cname:stream" (the id of the media stream) instead of
#   "cname:abc@example.org", "a=candidate:1 1 TCP ... typ host" without "tcptype passive", and of "a=extmap:1/recvonly ..." the direction is
#   gone. sdp-transform reads and writes all of these lines as they were.
# Why it matters: sound and picture are synchronized by CNAME: with another name in RTCP, they are not; phones that check "0-15=" send no
#   tones; and a candidate without tcptype is dropped, the one that gets through where only TLS ports are open.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts semantic-sdp@3.31.1 sdp-transform@3.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const transform = require("sdp-transform");
const { SDPInfo } = require("semantic-sdp");

const lines = [
  "a=fmtp:101 0-15",
  "a=ssrc:11111 cname:abc@example.org",
  "a=candidate:1 1 TCP 1518280447 203.0.113.5 443 typ host tcptype passive",
  "a=extmap:1/recvonly urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "a=fmtp:109 minptime=10;useinbandfec=1",
  "a=mid:audio",
];
const text = [
  "v=0", "o=- 20518 1 IN IP4 203.0.113.5", "s=-", "t=0 0", "a=group:BUNDLE audio",
  "m=audio 9 UDP/TLS/RTP/SAVPF 109 101", "c=IN IP4 0.0.0.0", "a=msid:stream track", "a=sendrecv", "a=rtcp-mux", "a=setup:actpass",
  "a=rtpmap:109 opus/48000/2", "a=rtpmap:101 telephone-event/8000", "a=ice-ufrag:074c6550", "a=ice-pwd:a28a397a4c3f31747d1ee3474af08a068",
  "a=fingerprint:sha-256 " + Array(32).fill("AB").join(":"), ...lines, "a=ssrc:11111 msid:stream track", "",
].join("\r\n");
const lost = (written) => lines.filter((line) => !written.split("\r\n").includes(line));
const written = SDPInfo.parse(text).toString();
const seen = [lost(written), lost(transform.write(transform.parse(text)))];
const instead = written.split("\r\n").filter((line) => /fmtp:101|cname|candidate|extmap/.test(line));
console.log("semantic-sdp loses:", seen[0]);
console.log("and writes:", instead);
console.log("sdp-transform loses:", seen[1]);
const expected = [lines.slice(0, 4), []];
const same = JSON.stringify(seen) === JSON.stringify(expected)
  && instead.includes("a=fmtp:101 0-15=") && instead.includes("a=ssrc:11111 cname:stream")
  && instead.includes("a=candidate:1 1 TCP 1518280447 203.0.113.5 443 typ host");
process.exit(same ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
