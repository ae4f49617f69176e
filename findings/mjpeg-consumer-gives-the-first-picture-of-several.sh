#!/bin/bash
# mjpeg-consumer: of several pictures in one read only the first comes out, one that is read in pieces comes twice, or not at all.
#
# Versions: mjpeg-consumer 2.0.0 (npm), Node.js; Python 3.11 with its email package.
# Expected: RFC 2046, section 5.1: the parts of a multipart body are divided by its boundary; where the segments of TCP or the records of
#   TLS end means nothing. Its documentation: it "consumes http multipart mjpeg streams and emits jpegs", and a response is piped into it.
# Seen: three small pictures, each with its Content-Length, in one write give the first one. The same octets cut inside the second part's
#   header give the first twice, then the second, and no third. One octet at a time gives nothing at all. Without Content-Length, which is
#   optional, there is nothing either. Python's email package reads the three parts.
# Why it matters: thumbnails and pictures at night are smaller than a TLS record: the video jerks or stands still, and recordings have
#   frames twice.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mjpeg-consumer@2.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const MjpegConsumer = require("mjpeg-consumer");

// What comes out of these pieces.
const consume = (pieces) => new Promise((resolve) => {
  const consumer = new MjpegConsumer();
  const pictures = [];
  consumer.on("data", (data) => pictures.push(data.subarray(3, -2).toString("latin1")));
  for (const piece of pieces) consumer.write(piece);
  consumer.end();
  setTimeout(() => resolve(pictures), 500);
});
(async () => {
  const [body, bare, cut] = process.argv.slice(2).map((argument, i) => i < 2 ? Buffer.from(argument, "hex") : +argument);
  console.log(JSON.stringify({
    "one write": await consume([body]),
    "two writes": await consume([body.subarray(0, cut), body.subarray(cut)]),
    "an octet at a time": await consume([...body].map((octet) => Buffer.of(octet))),
    "without Content-Length": await consume([bare]),
  }));
})();
JS
cat > find.py <<'PY'
import email
import json
import subprocess
import sys

NAMES = ["one", "two", "three"]
pictures = [b"\xff\xd8\xff" + name.encode() + b"\xff\xd9" for name in NAMES]


def make(length):
    body = b""
    for picture in pictures:
        body += b"--b\r\nContent-Type: image/jpeg\r\n" + (b"Content-Length: %d\r\n" % len(picture) if length else b"")
        body += b"\r\n" + picture + b"\r\n"
    return body


body = make(True)
message = email.message_from_bytes(b"Content-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n" + body + b"--b--\r\n")
assert [part.get_payload(decode=True) for part in message.get_payload()] == pictures
cut = body.index(b"--b", 3) + 12  # Inside of "Content-Type" of the second part.
command = ["node", "find.js", body.hex(), make(False).hex(), str(cut)]
seen = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout)
for what, names in seen.items():
    print(f"{what}: {names}")
expected = {
    "one write": ["one"],
    "two writes": ["one", "one", "two"],
    "an octet at a time": [],
    "without Content-Length": [],
}
sys.exit(seen != expected)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
