#!/bin/bash
# mailpop3: AUTH PLAIN never works, as it puts "=" behind the base64, padded or not.
#
# Versions: mailpop3 0.1.0 (npm), Node.js.
# Expected: RFC 5034, section 4: the initial response is base64 as in RFC 4648, section 4, whose length is a multiple of four; "=" alone stands for an empty
#   response. RFC 4616: authzid NUL authcid NUL password.
# Seen: auth("PLAIN", "jo", "secret") sends "am8AAGpv..." and one "=" more: 17, 21 or 25 characters and so on, with three "=" for some names. A server that
#   decodes strictly answers -ERR, and the login fails with the right password. login() with USER and PASS works.
# Why it matters: Dovecot and others refuse it ("Invalid base64 data"), and those that do not, do so by luck. Servers that offer no USER cannot be used.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts mailpop3@0.1.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import tls from "node:tls";
const POP3Client = createRequire(import.meta.url)("mailpop3");

execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost", "-days", "2"], { stdio: "ignore" });
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const server = tls.createServer({ key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") }, (socket) => {
  socket.write("+OK ready\r\n");
  socket.on("error", () => {});
  socket.on("data", (data) => {
    const [, command, text] = /^(\S+ ?\S*) ?(\S*)\r\n/.exec(data.toString());
    if (command !== "AUTH PLAIN") return socket.write("-ERR\r\n");
    console.log(`  C: AUTH PLAIN ${text} (${text.length} characters)`);
    socket.write(base64.test(text) ? "+OK\r\n" : "-ERR Invalid base64 data in initial response\r\n");
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
for (const [user, password] of [["jo", "secret"], ["joe", "secret"], ["jo", "secret12"]]) {
  console.log(`${user}, ${password}, should be: ${Buffer.from(`${user}\0${user}\0${password}`).toString("base64")}`);
  await new Promise((resolve) => {
    const client = new POP3Client(server.address().port, "127.0.0.1", { enabletls: true, ignoretlserrs: true });
    client.on("error", () => {});
    client.on("connect", () => client.auth("PLAIN", user, password));
    client.on("auth", (status, error, data) => {
      console.log(`  S: ${String(data ?? error).trim()}`);
      resolve();
    });
  });
}
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
jo, secret, should be: am8Aam8Ac2VjcmV0
  C: AUTH PLAIN am8Aam8Ac2VjcmV0= (17 characters)
  S: -ERR Invalid base64 data in initial response
joe, secret, should be: am9lAGpvZQBzZWNyZXQ=
  C: AUTH PLAIN am9lAGpvZQBzZWNyZXQ== (21 characters)
  S: -ERR Invalid base64 data in initial response
jo, secret12, should be: am8Aam8Ac2VjcmV0MTI=
  C: AUTH PLAIN am8Aam8Ac2VjcmV0MTI== (21 characters)
  S: -ERR Invalid base64 data in initial response
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
