#!/bin/bash
# dns2: a text of more than 255 octets, a DKIM key say, makes an answer that cannot be read; octets of texts become others; ::ffff:192.0.2.1
# is ::ffff:192.
#
# Versions: dns2 3.1.1, dns-packet 5.6.1 to compare with (npm), Node.js.
# Expected: RFC 1035, section 3.3.14: TXT holds one or more strings of up to 255 octets each, so that a longer text is cut into several (RFC
#   6376, section 3.6.2.2, says so of DKIM keys). Section 3.3: these are octets. RFC 4291, section 2.2: the last 32 bits of an address may
#   be written as an IPv4 address.
# Seen: toBuffer() writes the length of a text of 400 letters modulo 256, and the letters behind it; neither dns-packet nor dns2 itself can
#   read the answer. A record with the octets FF FE, which it reads and writes again, has EFBFBD twice. The address ::ffff:192.0.2.1 is
#   written as ::ffff:192.
# Why it matters: RSA keys of 2048 bits need 400 letters. Mail of a domain that is served by this package has no valid signature.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dns2@3.1.1 dns-packet@5.6.1 >npm.log 2>&1

cat > find.js <<'JS'
const { Packet } = require("dns2");
const dnsPacket = require("dns-packet");

function answer(record) {
  const packet = new Packet();
  packet.header.qr = 1;
  packet.answers.push({ name: "example.org", class: Packet.CLASS.IN, ttl: 300, ...record });
  return packet.toBuffer();
}
function decode(octets) {
  try {
    const [{ data }] = dnsPacket.decode(octets).answers;
    return Array.isArray(data) ? data.map((each) => (each.length > 20 ? `${each.length} octets` : each.toString("hex"))).join(", ") : data;
  } catch (error) {
    return error.message;
  }
}

for (const length of [200, 400]) {
  const octets = answer({ type: Packet.TYPE.TXT, data: "k".repeat(length) });
  let again;
  try {
    const [{ data }] = Packet.parse(octets).answers;
    again = [data].flat().map((each) => each.length).join(", ");
  } catch (error) {
    again = error.message;
  }
  console.log(`a text of ${length} letters: dns-packet reads ${decode(octets)}; dns2 texts with ${again}`);
}
const right = dnsPacket.encode({ type: "response", answers: [{ type: "TXT", name: "example.org", ttl: 300, data: Buffer.from("fffe", "hex") }] });
console.log(`octets of a text: dns-packet reads ${decode(right)}; what dns2 has read and written: ${decode(Packet.parse(right).toBuffer())}`);
for (const address of ["2001:db8::1", "::ffff:192.0.2.1"]) console.log(`${address}: ${decode(answer({ type: Packet.TYPE.AAAA, address }))}`);
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
a text of 200 letters: dns-packet reads 200 octets; dns2 texts with 200
a text of 400 letters: dns-packet reads Buffer overflow; dns2 texts with Cannot read properties of undefined (reading 'data')
octets of a text: dns-packet reads fffe; what dns2 has read and written: efbfbdefbfbd
2001:db8::1: 2001:db8::1
::ffff:192.0.2.1: ::ffff:192
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
