#!/bin/bash
# fetch-har: of a request that a browser has recorded the query is sent twice, "%2B" becomes "+", and one of two fields is lost.
#
# Versions: fetch-har 12.0.4 (npm), Node.js.
# Expected: HAR 1.2: request.url is the "absolute URL of the request", with its query; queryString is the "list of query parameter
#   objects" of it; postData.params is a list, in which a name may stand more than once. Its documentation: "Make a fetch request from a HAR
#   definition".
# Seen: for url "/a?tag=x&tag=y&q=1%2B1" with the same in queryString, as Chromium and Firefox record it, the request is
#   "/a?tag=x&tag=y&q=1+1&tag=x&tag=y&q=1%2B1". Of the params tag=x and tag=y of a form "tag=y" is sent; in a multipart form both are.
# Why it matters: the server gets four tags for two, and another term; a form with boxes of one name is sent with one of them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts fetch-har@12.0.4 >npm.log 2>&1

cat > find.mjs <<'JS'
import http from "node:http";
import fetchHar from "fetch-har";

const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  response.end(`${request.url} ${body.match(/^\w+=.*$/) ? body : body.match(/\r\n\r\n\w+/g)?.map((value) => value.trim()) ?? ""}`);
});
server.listen(0, "127.0.0.1", async () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  const send = async (what, request) => {
    const answer = await fetchHar({ log: { entries: [{ request: { headers: [], queryString: [], cookies: [], ...request } }] } });
    console.log(`${what}: ${await answer.text()}`);
  };
  const tags = [{ name: "tag", value: "x" }, { name: "tag", value: "y" }];
  await send("query", { method: "GET", url: `${base}/a?tag=x&tag=y&q=1%2B1`, queryString: [...tags, { name: "q", value: "1%2B1" }] });
  for (const mimeType of ["application/x-www-form-urlencoded", "multipart/form-data"]) {
    const headers = [{ name: "Content-Type", value: mimeType }];
    await send(mimeType, { method: "POST", url: `${base}/a`, headers, postData: { mimeType, params: tags } });
  }
  process.exit();
});
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
query: /a?tag=x&tag=y&q=1+1&tag=x&tag=y&q=1%2B1 
application/x-www-form-urlencoded: /a tag=y
multipart/form-data: /a x,y
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
