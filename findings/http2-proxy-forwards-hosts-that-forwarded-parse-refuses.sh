#!/bin/bash
# http2-proxy: for a host with a port its Forwarded header is not valid, and forwarded-parse behind it raises an error.
#
# Versions: http2-proxy 5.0.53, forwarded-parse 2.2.0 (npm), Node.js.
# Expected: RFC 7239, section 4: a value is a token or a quoted string; section 5.3: host is that of the Host header: with a port it has a
#   colon, which no token has, so it stands in quotation marks. Its documentation: "spec compliant", "Forward header handling".
# Seen: for a request to 127.0.0.1:PORT it sends host=127.0.0.1:PORT without quotation marks (by and for have theirs), and forwarded-parse
#   raises "Unexpected character ':'". For a Host without a port it is read. With quotation marks the same header is read.
# Why it matters: an application that reads Forwarded by the RFC fails for each request that comes by another port than 80 or 443: in tests,
#   in containers, and behind load balancers.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts http2-proxy@5.0.53 forwarded-parse@2.2.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { once } from "events";
import http from "http";
import parse from "forwarded-parse";
import proxy from "http2-proxy";

const listen = async (handler) => {
  const server = http.createServer(handler);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
};
const read = (header) => {
  try {
    return JSON.stringify(Object.keys(parse(header)[0]));
  } catch (error) {
    return error.message.replace(/ at index \d+/, "");
  }
};
const backend = await listen((request, response) => {
  const header = request.headers.forwarded;
  const shown = header.replace(/:\d+/g, ":PORT");
  response.end(`${shown}\n  ${read(header)}\n  in quotation marks: ${read(header.replace(/host=([^";]*)$/, 'host="$1"'))}`);
});
const front = await listen((request, response) => {
  proxy.web(request, response, { hostname: "127.0.0.1", port: backend.address().port }, () => response.end());
});
for (const host of [undefined, "example.org", "example.org:8443"]) {
  const headers = host ? { host } : {};
  const request = http.get({ port: front.address().port, host: "127.0.0.1", headers, agent: false });
  const [response] = await once(request, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  console.log(`Host: ${host ?? "as it is"}\n  ${text}`);
}
process.exit();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
Host: as it is
  by="127.0.0.1:PORT";for="127.0.0.1:PORT";proto=http;host=127.0.0.1:PORT
  Unexpected character ':'
  in quotation marks: ["by","for","proto","host"]
Host: example.org
  by="127.0.0.1:PORT";for="127.0.0.1:PORT";proto=http;host=example.org
  ["by","for","proto","host"]
  in quotation marks: ["by","for","proto","host"]
Host: example.org:8443
  by="127.0.0.1:PORT";for="127.0.0.1:PORT";proto=http;host=example.org:PORT
  Unexpected character ':'
  in quotation marks: ["by","for","proto","host"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
