#!/bin/bash
# dns.js: resolve6() asks for records of type 0, and gives an empty list, without an error, for every name that has an IPv6 address.
#
# Versions: dns.js 1.0.1, dns-packet 5.6.1 as the server (npm), Node.js.
# Expected: its source calls resolve() "Meant to be used instead of Node.JS dns.resolve method", and has resolve6() beside resolve4(). RFC
#   3596, section 2: the type AAAA has the number 28.
# Seen: the two octets of the type in the question are zero, the server has no such record, and the callback gets (null, []). resolve4() of
#   the same name asks for type 1 and gets its address.
# Why it matters: a program that tries IPv6 first takes each host for one of IPv4 only; behind a network without IPv4 it reaches none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dns.js@1.0.1 dns-packet@5.6.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const packet = require("dns-packet");
const { Client } = require("dns.js");

const ADDRESSES = { A: ["192.0.2.1"], AAAA: ["2001:db8::1", "2001:db8::2"] };
const client = new Client({
  send(data) {
    const { id, questions } = packet.decode(Buffer.from(data));
    const [{ name, type }] = questions;
    const answers = (ADDRESSES[type] ?? []).map((address) => ({ name, type, ttl: 300, data: address }));
    const answer = packet.encode({ type: "response", id, flags: packet.RECURSION_AVAILABLE, questions, answers });
    console.log(`asked for ${name}, type ${Buffer.from(data).readUInt16BE(data.length - 4)}; answers: ${answers.length}`);
    setImmediate(() => client.feed(answer));
  },
});
client.resolve4("www.example.org", (error, addresses) => {
  console.log("resolve4:", error, JSON.stringify(addresses));
  client.resolve6("www.example.org", (error, addresses) => {
    console.log("resolve6:", error, JSON.stringify(addresses));
    process.exit();
  });
});
JS
timeout 60 node --no-deprecation find.cjs | tee seen
cat > expected <<'TEXT'
asked for www.example.org, type 1; answers: 1
resolve4: null ["192.0.2.1"]
asked for www.example.org, type 0; answers: 0
resolve6: null []
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
