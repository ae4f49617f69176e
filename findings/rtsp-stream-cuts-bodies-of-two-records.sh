#!/bin/bash
# rtsp-stream: a body whose beginning comes in one read with its header is cut, the next answer is read from its rest, and long headers are never read.
#
# Versions: rtsp-stream 1.0.0 (npm), Node.js.
# Expected: RFC 2326, section 4.4: Content-Length is the length of the body. TLS records and TCP segments are no borders of messages. rtsp-stream's
#   documentation has a stream, decoded by piping it into a Decoder, with no condition on its pieces.
# Seen: the description of a camera has 38 octets. If they come in one piece, with the header or apart from it, they are read. If ten of them come
#   with the header, ten are read; the length of the header was counted as a part of the body. What follows is taken for the start of a message, and
#   the next answer raises "Invalid RTSP Request-Line". A header of 1,300 octets gives no answer and no error.
# Why it matters: how a server's answer falls into records depends on the server and the network, so a client over TLS fails now and then, and
#   blames the server. Read the header yourself, or collect a whole answer before it is written to the decoder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rtsp-stream@1.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const { Decoder } = require("rtsp-stream");

const body = "v=0\r\ns=Camera\r\nm=video 0 RTP/AVP 96\r\n";
const head = `RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n`;
const next = "RTSP/1.0 200 OK\r\nCSeq: 3\r\n\r\n";
const long = `RTSP/1.0 200 OK\r\nCSeq: 2\r\nRTP-Info: url=rtsp://192.0.2.1/${"x".repeat(1300)}\r\n\r\n`;

// What is read of an answer in these pieces.
function read(pieces) {
  const decoder = new Decoder();
  const seen = [];
  decoder.on("response", (message) => {
    const answer = { cseq: message.headers.cseq, body: "" };
    seen.push(answer);
    message.on("data", (data) => (answer.body += data));
  });
  return new Promise((resolve) => {
    try {
      for (const piece of pieces) decoder.write(piece);
    } catch (error) {
      seen.push(error.message);
    }
    setTimeout(() => resolve(JSON.stringify(seen)), 200);
  });
}

(async () => {
  const cut = body.slice(0, 10);
  console.log("header and body, then the next:", await read([head + body, next]));
  console.log("header, body, the next:", await read([head, body, next]));
  console.log("header and ten octets, the others, the next:", await read([head + cut, body.slice(10), next]));
  console.log("a long header:", await read([long]));
})();
JS
timeout 60 node --no-deprecation find.js 2>&1 | tee seen
cat > expected <<'TEXT'
header and body, then the next: [{"cseq":"2","body":"v=0\r\ns=Camera\r\nm=video 0 RTP/AVP 96\r\n"},{"cseq":"3","body":""}]
header, body, the next: [{"cseq":"2","body":"v=0\r\ns=Camera\r\nm=video 0 RTP/AVP 96\r\n"},{"cseq":"3","body":""}]
header and ten octets, the others, the next: [{"cseq":"2","body":"v=0\r\ns=Cam"},"Invalid RTSP Request-Line: 'era'"]
a long header: []
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
