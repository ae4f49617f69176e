#!/bin/bash
# dns-js: a TXT record with 192 letters or more in one string cannot be read, "a" is written as "0=a", and an AAAA record without its address.
#
# Versions: dns-js 0.3.1, mdns-js-packet 0.2.0, native-dns-packet 0.1.1 for comparison (npm), Node.js.
# Expected: RFC 1035, section 3.3: a string has one octet with its length, up to 255, and that many octets. Section 4.1.4: lengths from 192 on
#   stand for a pointer in names, and only there. RFC 3596, section 2.2: an IPv6 address has 16 octets.
# Seen: of an answer whose TXT record has a string of 192 to 255 letters both packages say "Cannot seek after EOF": they take its length for a
#   pointer. dns-js writes the texts ["a", "b"] as "0=a" and "1=b", and an AAAA record with a length of 0 and no address.
# Why it matters: DKIM keys of 2,048 bits come as a string of 255 letters and another one; so do longer SPF and verification records. A resolver over TLS
#   with this package has no answer at all, as the whole message is refused.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dns-js@0.3.1 mdns-js-packet@0.2.0 native-dns-packet@0.1.1 >npm.log 2>&1

cat > find.js <<'JS'
const { DNSPacket, DNSRecord } = require("dns-js");
const mdns = require("mdns-js-packet");
const native = require("native-dns-packet");

// An answer with a TXT record of two strings.
function answer(length) {
  const name = Buffer.from("\u0007example\u0003com\0", "latin1");
  const text = Buffer.from(`${String.fromCharCode(length)}${"a".repeat(length)}\u0001b`, "latin1");
  const head = Buffer.from([0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
  const record = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, text.length >> 8, text.length & 255]);
  return Buffer.concat([head, name, Buffer.from([0, 16, 0, 1]), record, text]);
}
function attempt(call) {
  try {
    return call();
  } catch (error) {
    return `${error.name}: ${error.message.split(".")[0]}`;
  }
}
for (const length of [191, 192, 255]) {
  for (const [name, parse] of [["dns-js", DNSPacket.parse], ["mdns-js-packet", mdns.DNSPacket.parse], ["native-dns-packet", native.parse]]) {
    console.log(`${length}, ${name}: ${attempt(() => parse(answer(length)).answer[0].data.map((text) => text.length))}`);
  }
}
function write(type, fields) {
  const packet = new DNSPacket();
  packet.answer.push(Object.assign(new DNSRecord("example.com", type, 1, 60), fields));
  return DNSPacket.toBuffer(packet).subarray(33).toString("hex");
}
console.log("written, TXT:", attempt(() => write(16, { data: ["a", "b"] })));
console.log("written, AAAA:", attempt(() => write(28, { address: "2001:db8::1" })));
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
191, dns-js: 191,1
191, mdns-js-packet: 191,1
191, native-dns-packet: 191,1
192, dns-js: Error: Cannot seek after EOF
192, mdns-js-packet: Error: Cannot seek after EOF
192, native-dns-packet: 192,1
255, dns-js: Error: Cannot seek after EOF
255, mdns-js-packet: Error: Cannot seek after EOF
255, native-dns-packet: 255,1
written, TXT: 000803303d6103313d62
written, AAAA: 0000
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
