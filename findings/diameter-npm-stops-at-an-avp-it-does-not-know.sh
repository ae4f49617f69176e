#!/bin/bash
# diameter (npm): after one message with an optional AVP that it does not know no other is read, Class comes back changed, and addresses are too long.
#
# Versions: diameter 0.7.0 (npm), Node.js.
# Expected: RFC 6733, section 4.1: an AVP whose M bit is not set may be ignored by who does not know it. Section 4.2: an OctetString has any
#   octets. Section 8.20: Class is one, and has to be returned in later messages. RFC 7155: Framed-IP-Address is an OctetString with an IPv4
#   address in it; a number for the family of the address is what AVPs of type Address have (RFC 6733, section 4.3.1).
# Seen: a server gets a request with an AVP of a vendor's, M bit not set: "Unable to find AVP" is its error, and it answers neither that request nor
#   any later one on the connection, as the message stays in front of the others. Of two good requests in one record it answers the first.
#   A Class of three octets that are not UTF-8 has seven when it is returned. Framed-IP-Address has six octets, 0001 in front.
# Why it matters: Diameter over TLS is what operators connect with, and each of them has AVPs of its own. The peer sees timeouts, and accounting
#   loses the sessions that Class stands for.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts diameter@0.7.0 >npm.log 2>&1

cat > find.js <<'JS'
const net = require("net");
const diameter = require("diameter");

function avp(code, flags, data, vendor) {
  const head = Buffer.alloc(vendor ? 12 : 8);
  head.writeUInt32BE(code, 0);
  head.writeUInt32BE(head.length + data.length, 4);
  head.writeUInt8(flags, 4);
  if (vendor) head.writeUInt32BE(vendor, 8);
  return Buffer.concat([head, data, Buffer.alloc(-data.length & 3)]);
}

// An Accounting-Request.
function request(number, ...avps) {
  const body = Buffer.concat([avp(263, 0x40, Buffer.from("client;1;2")), ...avps]);
  const head = Buffer.alloc(20);
  head.writeUInt32BE(20 + body.length, 0);
  head.writeUInt8(1, 0);
  head.writeUInt32BE(271, 4);
  head.writeUInt8(0x80, 4);
  head.writeUInt32BE(3, 8);
  head.writeUInt32BE(number, 12);
  return Buffer.concat([head, body]);
}

// What a server, which returns Class and an address, answers to these records.
function answers(...records) {
  return new Promise((resolve) => {
    const seen = [];
    const server = diameter.createServer({}, (socket) => {
      socket.on("diameterMessage", ({ message, response, callback }) => {
        response.body.push(...message.body.filter(([name]) => name === "Class"), ["Framed-IP-Address", "192.0.2.1"]);
        callback(response);
      });
      socket.on("error", (error) => seen.push(error.message.split(" and ")[0]));
    });
    server.listen(0, "127.0.0.1", () => {
      const client = net.connect(server.address().port, "127.0.0.1");
      client.on("data", (data) => {
        const avps = [];
        for (let at = 20; at < data.length; at += (data.readUIntBE(at + 5, 3) + 3) & ~3) {
          const code = data.readUInt32BE(at);
          if (code !== 263) avps.push(`${code}=${data.toString("hex", at + 8, at + data.readUIntBE(at + 5, 3))}`);
        }
        seen.push(`answer ${data.readUInt32BE(12)} with ${avps.join(", ")}`);
      });
      records.forEach((record, number) => setTimeout(() => client.write(record), 300 * number));
      setTimeout(() => {
        client.destroy();
        server.close();
        resolve(seen.join("; "));
      }, 300 * records.length + 500);
    });
  });
}

(async () => {
  console.log("Class:", await answers(request(1, avp(25, 0x40, Buffer.from("00ff80", "hex")))));
  console.log("a vendor's AVP, then a request without:", await answers(request(1, avp(9, 0x80, Buffer.from("text"), 32473)), request(2)));
  console.log("two requests in one record:", await answers(Buffer.concat([request(1), request(2)])));
})();
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
Class: answer 1 with 25=00efbfbdefbfbd, 8=0001c0000201
a vendor's AVP, then a request without: Unable to find AVP for code 9; Unable to find AVP for code 9
two requests in one record: answer 1 with 8=0001c0000201
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
