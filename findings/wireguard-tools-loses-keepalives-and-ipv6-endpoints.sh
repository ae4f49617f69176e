#!/bin/bash
# wireguard-tools (npm): PersistentKeepalive of each peer is lost, an IPv6 endpoint ends the section, and of several AllowedIPs lines one is left.
#
# Versions: wireguard-tools 0.1.0 (npm), Node.js.
# Expected: wg(8): PersistentKeepalive stands in a [Peer] section; Endpoint is "an endpoint IP or hostname, followed by a colon, and then a port number",
#   and IPv6 addresses have brackets, as `wg showconf` writes them; AllowedIPs "May be specified multiple times."
# Seen: parseConfigString() of a peer with PersistentKeepalive = 25 has none: it is looked for in [Interface]. With Endpoint = [2001:db8::1]:51820
#   whatever follows the bracket is not read: if AllowedIPs follows, the error is "No allowedIps found in peer", and if not, the peer has no endpoint.
#   Of two AllowedIPs lines the first is left. A PostUp line with the word "Table" is taken for the interface's Table as well.
# Why it matters: a file that is read, changed and written comes out without these. Behind NAT a tunnel without keepalive is silent after some
#   minutes, and a network whose AllowedIPs are gone is no longer reached through it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts wireguard-tools@0.1.0 >npm.log 2>&1

cat > find.js <<'JS'
const { parseConfigString } = require("wireguard-tools");

const key = "A".repeat(43) + "=";
const interfaceLines = ["[Interface]", `PrivateKey = ${key}`, "Address = 10.0.0.2/32"];
const networks = ["AllowedIPs = 10.1.0.0/24", "AllowedIPs = 10.2.0.0/24"];

function show(what, peer, more = []) {
  try {
    const { wgInterface, peers } = parseConfigString([...interfaceLines, ...more, "", "[Peer]", `PublicKey = ${key}`, ...peer].join("\n"));
    delete wgInterface.privateKey;
    delete peers[0].publicKey;
    console.log(`${what}: ${JSON.stringify(wgInterface)} ${JSON.stringify(peers)}`);
  } catch (error) {
    console.log(`${what}: ${error.message.split("\n")[0]}`);
  }
}
show("keepalive", ["Endpoint = 192.0.2.1:51820", ...networks, "PersistentKeepalive = 25"]);
show("IPv6, then networks", ["Endpoint = [2001:db8::1]:51820", ...networks]);
show("networks, then IPv6", [...networks, "Endpoint = [2001:db8::1]:51820"]);
show("PostUp", networks, ["PostUp = logger Table is up; test 1 = 1"]);
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
keepalive: {"address":["10.0.0.2/32"]} [{"allowedIps":["10.1.0.0/24"],"endpoint":"192.0.2.1:51820"}]
IPv6, then networks: No allowedIps found in peer:
networks, then IPv6: {"address":["10.0.0.2/32"]} [{"allowedIps":["10.1.0.0/24"]}]
PostUp: {"address":["10.0.0.2/32"],"table":"logger Table is up; test 1 = 1","postUp":["logger Table is up; test 1 = 1"]} [{"allowedIps":["10.1.0.0/24"]}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
