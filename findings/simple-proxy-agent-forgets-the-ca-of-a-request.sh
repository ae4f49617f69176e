#!/bin/bash
# simple-proxy-agent: through a proxy a request's ca, cert and key are not used, a proxy that refuses looks like broken TLS, and %20 in a path becomes a blank.
#
# Versions: simple-proxy-agent 1.1.0, https-proxy-agent 7.0.6 for comparison (npm), Node.js, OpenSSL 3.0 to make the certificate.
# Expected: Node.js's documentation of https.request(): it takes the options of tls.connect(), ca, cert and key among them, with an agent as without. RFC
#   9110, section 9.3.6: any answer to CONNECT but 2xx means that there is no tunnel. RFC 9112, section 3.2.2: to a proxy goes the URL as it is.
# Seen: a server whose CA is given with the request is reached by https-proxy-agent, and the server sees the client's certificate; with simple-proxy-agent
#   the error is "self-signed certificate", and where Node.js trusts the CA anyway, the client shows no certificate. Where the proxy answers 407,
#   https-proxy-agent hands it out, and simple-proxy-agent begins TLS and reports ECONNRESET. Of http://localhost/a%20b the proxy gets
#   "GET http://localhost:80/a b HTTP/1.1".
# Why it matters: servers with a private CA, or that want a certificate, cannot be reached, and a wrong proxy password is looked for in TLS.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts simple-proxy-agent@1.1.0 https-proxy-agent@7.0.6 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.js <<'JS'
const fs = require("fs");
const http = require("http");
const https = require("https");
const net = require("net");
const { HttpsProxyAgent } = require("https-proxy-agent");
const simpleProxyAgent = require("simple-proxy-agent");

const files = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") };
const server = https.createServer({ ...files, ca: files.cert, requestCert: true, rejectUnauthorized: false }, (request, response) => {
  response.end(`the client's certificate: ${request.socket.getPeerCertificate().subject?.CN ?? "none"}`);
});
let refuses = false;
let raw;
const proxy = net.createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", (data) => {
    raw = data.toString().split("\r\n")[0];
    if (refuses) return socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    if (!raw.startsWith("CONNECT")) return socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    const upstream = net.connect(server.address().port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on("error", () => socket.destroy());
  });
});

function get(module, url, options) {
  return new Promise((resolve) => {
    const request = module.get(url, options, async (response) => {
      let body = "";
      for await (const piece of response) body += piece;
      resolve(`${response.statusCode} ${body}`.trim());
    });
    request.on("error", (error) => resolve(`error ${error.code}`));
  });
}

(async () => {
  for (const listener of [server, proxy]) await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const there = `http://127.0.0.1:${proxy.address().port}`;
  const agents = { "https-proxy-agent": () => new HttpsProxyAgent(there), "simple-proxy-agent": () => simpleProxyAgent(there) };
  for (refuses of process.env.NODE_EXTRA_CA_CERTS ? [false] : [false, true]) {
    for (const [name, agent] of Object.entries(agents)) {
      const result = await get(https, `https://localhost:${server.address().port}/`, { ...files, ca: files.cert, agent: agent() });
      console.log(`${refuses ? "a proxy that refuses" : "a proxy"}, ${name}: ${result}`);
    }
  }
  if (process.env.NODE_EXTRA_CA_CERTS) process.exit();
  refuses = false;
  await get(http, "http://localhost/a%20b", { agent: simpleProxyAgent(there) });
  console.log(`http://localhost/a%20b: ${raw}`);
  process.exit();
})();
JS
timeout 60 node --no-deprecation find.js | tee seen
echo "where Node.js trusts the CA:" | tee -a seen
NODE_EXTRA_CA_CERTS=cert.pem timeout 60 node --no-deprecation find.js | tee -a seen
cat > expected <<'TEXT'
a proxy, https-proxy-agent: 200 the client's certificate: localhost
a proxy, simple-proxy-agent: error DEPTH_ZERO_SELF_SIGNED_CERT
a proxy that refuses, https-proxy-agent: 407
a proxy that refuses, simple-proxy-agent: error ECONNRESET
http://localhost/a%20b: GET http://localhost:80/a b HTTP/1.1
where Node.js trusts the CA:
a proxy, https-proxy-agent: 200 the client's certificate: localhost
a proxy, simple-proxy-agent: 200 the client's certificate: none
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
