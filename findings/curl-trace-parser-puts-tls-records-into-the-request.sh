#!/bin/bash
# curl-trace-parser: of an HTTPS request it makes one that begins with handshake messages of TLS, and its answer too.
#
# Versions: curl-trace-parser 0.0.10 (npm), Node.js; curl 7.88.1 with OpenSSL, as in Debian 12. Wants curl.
# Expected: curl's documentation of --trace: "=> Send header", "=> Send data", "<= Recv header" and "<= Recv data" have the request and the
#   answer; "=> Send SSL data" and "<= Recv SSL data" the records and handshake messages of TLS. Its documentation: "Parse output of curl
#   --trace option to raw HTTP message".
# Seen: over HTTP the parsed request begins with "GET / HTTP/1.1". Over HTTPS, to the same server, it begins with the octets 16 03 01, the
#   header of a record with the client's greeting, the answer with 16 03 03; "GET / HTTP/1.1" stands somewhere behind them.
# Why it matters: nearly each address is HTTPS by now; tests that compare a recorded message with a description of the API find no status
#   and no header, and random octets, other ones each time.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts curl-trace-parser@0.0.10 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -days 30 2>openssl.log

cat > find.mjs <<'JS'
import { execFile } from "child_process";
import { once } from "events";
import fs from "fs";
import http from "http";
import https from "https";
import { promisify } from "util";
import parser from "curl-trace-parser";

const answer = (request, response) => response.end("hello");
const options = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") };
for (const [scheme, server] of [["http", http.createServer(answer)], ["https", https.createServer(options, answer)]]) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `${scheme}://localhost:${server.address().port}/`;
  const words = ["-sS", "--noproxy", "*", "-4", "--http1.1", "--cacert", "cert.pem", "--trace", "trace", url];
  await promisify(execFile)("curl", words, { timeout: 20000 });
  server.close();
  const { request, response } = parser.parse(fs.readFileSync("trace", "latin1"));
  for (const [name, text, start] of [["request", request, "GET / HTTP/1.1"], ["response", response, "HTTP/1.1 200 OK"]]) {
    const begin = text.startsWith(start) ? start : Buffer.from(text.slice(0, 2), "latin1").toString("hex");
    console.log(`${scheme}: the ${name} begins with ${begin}; it has the right beginning somewhere: ${text.includes(start)}`);
  }
}
process.exit();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
http: the request begins with GET / HTTP/1.1; it has the right beginning somewhere: true
http: the response begins with HTTP/1.1 200 OK; it has the right beginning somewhere: true
https: the request begins with 1603; it has the right beginning somewhere: true
https: the response begins with 1603; it has the right beginning somewhere: true
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
