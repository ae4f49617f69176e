#!/bin/bash
# @warren-bank/node-request: of two slashes in a path it sends one, so an address within an address is another one.
#
# Versions: @warren-bank/node-request 2.0.17 (npm), Node.js; its own fetch to compare with.
# Expected: RFC 3986, section 3.3: segments may be empty: "//" and "/" are different paths; section 6.2.2.3: only the segments "." and ".."
#   may be taken out. Its documentation names an option normalizePath, true as a default, and not what it does.
# Seen: for /web/2026/https://example.org/a the server is asked for /web/2026/https:/example.org/a, for /bucket//key for /bucket/key, and
#   after a redirect to such an address the same. fetch asks for the paths as they are.
# Why it matters: archives of the web, proxies for pictures and stores of objects have such addresses: the answer is 404, or another object.
#   With {normalizePath: false} they arrive.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @warren-bank/node-request@2.0.17 >npm.log 2>&1

cat > find.mjs <<'JS'
import { once } from "events";
import http from "http";
import { request } from "@warren-bank/node-request";

let asked = [];
const server = http.createServer((incoming, response) => {
  asked.push(incoming.url);
  if (incoming.url === "/moved") response.writeHead(302, { location: "/bucket//key" });
  response.end("ok");
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
for (const path of ["/web/2026/https://example.org/a", "/bucket//key", "/moved"]) {
  const url = `http://127.0.0.1:${server.address().port}${path}`;
  for (const [name, ask] of [
    ["node-request", () => request(url)],
    ["with normalizePath: false", () => request(url, null, { normalizePath: false })],
    ["fetch", () => fetch(url).then((response) => response.text())],
  ]) {
    asked = [];
    await ask();
    console.log(`${path}: ${name}: ${JSON.stringify(asked)}`);
  }
}
server.close();
server.closeAllConnections();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
/web/2026/https://example.org/a: node-request: ["/web/2026/https:/example.org/a"]
/web/2026/https://example.org/a: with normalizePath: false: ["/web/2026/https://example.org/a"]
/web/2026/https://example.org/a: fetch: ["/web/2026/https://example.org/a"]
/bucket//key: node-request: ["/bucket/key"]
/bucket//key: with normalizePath: false: ["/bucket//key"]
/bucket//key: fetch: ["/bucket//key"]
/moved: node-request: ["/moved","/bucket/key"]
/moved: with normalizePath: false: ["/moved","/bucket//key"]
/moved: fetch: ["/moved","/bucket//key"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
