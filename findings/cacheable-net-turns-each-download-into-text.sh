#!/bin/bash
# @cacheable/net: a file that is fetched has other octets than the server has sent, as all goes through UTF-8.
#
# Versions: @cacheable/net 2.1.0 (npm), Node.js, whose own fetch() gets the same files.
# Expected: its documentation: "Drop-in fetch with native semantics — built on the runtime's global fetch". RFC 9110, section 6.4: content
#   is a sequence of octets, and what kind it is of is what Content-Type says, if it is there (section 8.3). RFC 9111: a cache gives the
#   response as it came.
# Seen: of a picture with the octets 0 to 255 arrayBuffer() has 512: EF BF BD stands for each that is not ASCII; from the cache too, and
#   from get() with caching: false. A letter in ISO 8859-1 is U+FFFD. An answer without Content-Type says "text/plain;charset=UTF-8".
# Why it matters: who puts it in place of fetch() gets pictures, archives, certificates in DER and answers of OCSP and time-stamp servers
#   that are broken, and learns it from whoever opens them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @cacheable/net@2.1.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import crypto from "crypto";
import http from "http";
import { CacheableNet } from "@cacheable/net";

const all = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));
const answers = {
  "/picture": [{ "Content-Type": "image/png" }, all],
  "/latin": [{ "Content-Type": "text/plain; charset=iso-8859-1" }, Buffer.from([0xe4])],
  "/no-type": [{}, Buffer.from("hello")],
};
const server = http.createServer((request, response) => {
  const [headers, body] = answers[request.url];
  response.writeHead(200, { ...headers, "Content-Length": body.length, "Cache-Control": "max-age=60" });
  response.end(body);
});
server.listen(0, "127.0.0.1", async () => {
  const net = new CacheableNet();
  for (const path of Object.keys(answers)) {
    const url = `http://127.0.0.1:${server.address().port}${path}`;
    console.log(path);
    for (const [name, get] of [
      ["fetch()", () => fetch(url)],
      ["@cacheable/net", () => net.fetch(url)],
      ["@cacheable/net, from its cache", () => net.fetch(url)],
      ["get() of @cacheable/net, caching: false", async () => (await net.get(url, { caching: false })).response],
    ]) {
      const response = await get();
      const body = Buffer.from(await response.arrayBuffer());
      const hash = crypto.createHash("sha1").update(body).digest("hex").slice(0, 8);
      console.log(`  ${name}: ${body.length} octets, SHA-1 ${hash}, ${response.headers.get("content-type")}`);
    }
  }
  server.closeAllConnections();
  server.close();
});
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
/picture
  fetch(): 256 octets, SHA-1 4916d6bd, image/png
  @cacheable/net: 512 octets, SHA-1 0de985d8, image/png
  @cacheable/net, from its cache: 512 octets, SHA-1 0de985d8, image/png
  get() of @cacheable/net, caching: false: 512 octets, SHA-1 0de985d8, image/png
/latin
  fetch(): 1 octets, SHA-1 7e5c0f7a, text/plain; charset=iso-8859-1
  @cacheable/net: 3 octets, SHA-1 9bdb7727, text/plain; charset=iso-8859-1
  @cacheable/net, from its cache: 3 octets, SHA-1 9bdb7727, text/plain; charset=iso-8859-1
  get() of @cacheable/net, caching: false: 3 octets, SHA-1 9bdb7727, text/plain; charset=iso-8859-1
/no-type
  fetch(): 5 octets, SHA-1 aaf4c61d, null
  @cacheable/net: 5 octets, SHA-1 aaf4c61d, text/plain;charset=UTF-8
  @cacheable/net, from its cache: 5 octets, SHA-1 aaf4c61d, text/plain;charset=UTF-8
  get() of @cacheable/net, caching: false: 5 octets, SHA-1 aaf4c61d, text/plain;charset=UTF-8
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
