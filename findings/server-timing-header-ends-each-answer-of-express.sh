#!/bin/bash
# server-timing-header: with Express, for which it is made, each answer ends in a TypeError, and where that is mended, 0 ms are the whole time of the
#   request.
#
# Versions: server-timing-header 1.9.7, express 4.21.2 and 5.1.0 (npm), Node.js.
# Expected: its first line: "Middleware for express.js to add Server Timing headers", and the example app.use(serverTimingMiddleware()). Of add() it
#   says that the third argument is the "metric duration"; W3C, Server Timing: dur is the duration in milliseconds.
# Seen: without any measurement a page is answered with 500, "TypeError: Cannot read properties of undefined (reading 'server-timing')", as it looks
#   into response.headers, which no response of Express or Node.js has. With response.headers = {} set before, by hand, pages come, and add("cache",
#   "hit", 0) is reported as about 200 ms, the time since the request began; 1.5 is 1.5.
# Why it matters: the page is gone for a header that nobody sees. With the patch a hit of the cache is as slow as all the rest, and hits are what one
#   looks for.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts server-timing-header@1.9.7 express@4.21.2 express5@npm:express@5.1.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const http = require("node:http");
const serverTiming = require("server-timing-header");

const get = (port) =>
  new Promise((resolve) => {
    http.get({ port, host: "127.0.0.1" }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve([response.statusCode, response.headers["server-timing"], text]));
    });
  });
(async () => {
  console.error = () => {};
  for (const [name, patch] of [["express", false], ["express5", false], ["express", true]]) {
    const app = require(name)();
    app.use((request, response, next) => {
      if (patch) response.headers = {};
      next();
    });
    app.use(serverTiming());
    app.get("/", (request, response) => {
      if (patch) {
        request.serverTiming.add("cache", "hit", 0);
        request.serverTiming.add("db", "select", 1.5);
        return setTimeout(() => response.send("page"), 200);
      }
      response.send("page");
    });
    const server = app.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.on("listening", resolve));
    const [status, header, text] = await get(server.address().port);
    const error = text.match(/TypeError: .*?(?=<br>|$)/)?.[0].replace(/&#39;/g, "'");
    console.log(`${name}${patch ? ", patched" : ""}: ${status}, ${error ?? text}, ${(header ?? "no header").replace(/=\d{3,}/g, "=...")}`);
    server.close();
  }
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
express: 500, TypeError: Cannot read properties of undefined (reading 'server-timing'), no header
express5: 500, TypeError: Cannot read properties of undefined (reading 'server-timing'), no header
express, patched: 200, page, cache;desc="hit";dur=..., db;desc="select";dur=1.5
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
