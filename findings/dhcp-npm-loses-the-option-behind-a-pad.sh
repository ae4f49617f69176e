#!/bin/bash
# dhcp: behind a single pad octet an option is lost, or the whole packet; two pads in a row are fine. Options that are on or off cut the rest, too.
#
# Versions: dhcp 0.2.20 (npm), Node.js.
# Expected: RFC 2132, section 3.1: the pad option "can be used to cause subsequent fields to align on word boundaries. The code for the pad option
#   is 0, and its length is 1 octet". Section 4.2 and section 6.3: non-local source routing (20) and Ethernet encapsulation (36) have length 1.
# Seen: a client's packet with the options 53, 51, one pad and its host name (12): an error, "The value of "offset" is out of range". With no
#   pad or with two the name is read: the package skips two octets for each pad. An offer of a server with option 36, "off", in front of the
#   router and the lease time: neither is there, as the value is taken for the next option's code.
# Why it matters: clients that align their options get no address from this server, and the client loses router and lease time on networks
#   whose servers send one of these options.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts dhcp@0.2.20 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import dgram from "node:dgram";
import { execFileSync } from "node:child_process";
const dhcp = createRequire(import.meta.url)("dhcp");

const packet = (op, options) => {
  const head = Buffer.alloc(240);
  head.set([op, 1, 6]);
  head.writeUInt32BE(1, 4);
  head.set([192, 0, 2, 10], 16);
  head.set([0, 0, 0x5e, 0, 0x53, 1], 28);
  head.writeUInt32BE(0x63825363, 236);
  return Buffer.concat([head, Buffer.from(`${options}ff`, "hex"), Buffer.alloc(20)]);
};
const lease = "330400015180";
const router = "0304c0000201";
if (process.argv[2]) {
  const [, , op, options] = process.argv;
  const one = op === "1" ? dhcp.createBroadcastHandler() : dhcp.createClient();
  const tell = (text) => {
    console.log(text);
    process.exit();
  };
  one.on("message", (message) => tell(JSON.stringify(message.options)));
  one.on("error", (error) => tell(error.message.split(".")[0]));
  const socket = dgram.createSocket("udp4");
  socket.bind(0, "127.0.0.1", () => {
    const { port } = socket.address();
    socket.close(() => one.listen(port, "127.0.0.1", () => dgram.createSocket("udp4").send(packet(Number(op), options), port, "127.0.0.1")));
  });
} else {
  for (const [name, op, options] of [
    ["client, no pad", 1, `350101${lease}0c036a6f65`], ["client, one pad", 1, `350101${lease}000c036a6f65`],
    ["client, two pads", 1, `350101${lease}00000c036a6f65`], ["server", 2, `350102${router}${lease}`],
    ["server, option 36 off", 2, `350102240100${router}${lease}`], ["server, option 36 on", 2, `350102240101${router}${lease}`],
  ]) {
    const seen = execFileSync(process.execPath, [process.argv[1], String(op), options], { encoding: "utf8", timeout: 10000, stdio: ["ignore", "pipe", "ignore"] });
    console.log(`${name}: ${seen.trim()}`);
  }
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
client, no pad: {"12":"joe","51":86400,"53":1}
client, one pad: The value of "offset" is out of range
client, two pads: {"12":"joe","51":86400,"53":1}
server: {"3":["192.0.2.1"],"51":86400,"53":2}
server, option 36 off: The value of "offset" is out of range
server, option 36 on: {"1":"4.0.1.81","36":true,"53":2}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
