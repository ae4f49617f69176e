#!/bin/bash
# forwarded-http: among the addresses that a request came through there is none of IPv4, and each proxy gets the port of the last connection.
#
# Versions: forwarded-http 0.3.0, forwarded-parse 2.2.0 to compare with (npm), Node.js.
# Expected: its documentation: `ips` is "Array of IP addresses the client is connected through", by default without a filter, with IPv4
#   addresses in the example; `for` has "IPs as key with matching port used as value (if applicable)". RFC 7239, section 6.2: an address has
#   the port that stands behind it, or none.
# Seen: of Forwarded: for=192.0.2.43, for="[2001:db8::17]:4711" and of X-Forwarded-For: 192.0.2.43, 2001:db8::17 only the IPv6 addresses are
#   in `ips`; with IPv4 alone the list is empty. In `for`, 192.0.2.43 has the port of the connection from the proxy, which says nothing
#   about the client.
# Why it matters: who logs or limits by `ips` has nobody for most of the visitors. forwarded-parse gives both, and the port where there is
#   one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts forwarded-http@0.3.0 forwarded-parse@2.2.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { once } from "events";
import http from "http";
import forwarded from "forwarded-http";
import parse from "forwarded-parse";

const server = http.createServer((request, response) => {
  const { ips, for: nodes } = forwarded(request);
  for (const node in nodes) if (nodes[node] === request.socket.remotePort) nodes[node] = "port of the connection";
  delete nodes["127.0.0.1"];
  response.end(JSON.stringify({ ips, for: nodes }));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
for (const [name, value] of [["Forwarded", 'for=192.0.2.43, for="[2001:db8::17]:4711"'], ["Forwarded", "for=192.0.2.43;proto=https"],
  ["X-Forwarded-For", "192.0.2.43, 2001:db8::17"], ["X-Forwarded-For", "192.0.2.43"]]) {
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`, { headers: { [name]: value }, signal: AbortSignal.timeout(9000) });
  console.log(`${name}: ${value}\n  ${await answer.text()}`);
  if (name === "Forwarded") console.log(`  forwarded-parse: ${JSON.stringify(parse(value))}`);
}
server.close();
server.closeAllConnections();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
Forwarded: for=192.0.2.43, for="[2001:db8::17]:4711"
  {"ips":["2001:db8::17"],"for":{"192.0.2.43":"port of the connection","2001:db8::17":"4711"}}
  forwarded-parse: [{"for":"192.0.2.43"},{"for":"[2001:db8::17]:4711"}]
Forwarded: for=192.0.2.43;proto=https
  {"ips":[],"for":{"192.0.2.43":"port of the connection"}}
  forwarded-parse: [{"for":"192.0.2.43","proto":"https"}]
X-Forwarded-For: 192.0.2.43, 2001:db8::17
  {"ips":["2001:db8::17"],"for":{"192.0.2.43":"port of the connection","2001:db8::17":"port of the connection"}}
X-Forwarded-For: 192.0.2.43
  {"ips":[],"for":{"192.0.2.43":"port of the connection"}}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
