#!/bin/bash
# tls-check: a version of TLS that a server refuses as the RFCs have it is not "Disabled", but an error.
#
# Versions: tls-check 1.0.0 (npm), Node.js.
# Expected: its documentation: for each version it prints "Enabled." or "Disabled.". RFC 8446, section 4.2.1 and appendix D.2, and RFC 5246, appendix
#   E.1: a server that does not support what the client offers aborts with the alert "protocol_version".
# Seen: "Disabled." stands for ECONNRESET alone, a connection that is torn down without any answer. For a server that has TLS 1.3 only it prints a
#   line of OpenSSL's, with "alert protocol version" in it, for each of the other versions, and for one that has TLS 1.2 only the same for TLS 1.3.
# Why it matters: the answer that is asked for most, "the old versions are off", is not given for servers that do it right, and comes as a failure of
#   the check.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts tls-check@1.0.0 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.js <<'JS'
const fs = require("fs");
const tls = require("tls");
const { execFile } = require("child_process");
const { promisify } = require("util");

const [key, cert] = ["key.pem", "cert.pem"].map((name) => fs.readFileSync(name));
const check = async (options) => {
    const server = tls.createServer({ key, cert, ...options }, (socket) => socket.on("error", () => {}));
    server.on("tlsClientError", () => {});
    await promisify(server.listen.bind(server))(0, "localhost");
    const address = `localhost:${server.address().port}`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: "cert.pem" };
    const { stdout } = await promisify(execFile)("node", ["node_modules/tls-check/cli.js", address], { env });
    server.close();
    return stdout.split("\n").filter((line) => line.includes(address));
};
(async () => {
    let asStated = true;
    for (const [has, lacks, options] of [
        ["TLSv1.3", "TLSv1.2", { minVersion: "TLSv1.3" }],
        ["TLSv1.2", "TLSv1.3", { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" }],
    ]) {
        const lines = await check(options);
        console.log(`a server with ${has} only:\n    ${lines.join("\n    ")}`);
        const find = (version) => lines.find((line) => line.includes(` ${version} `));
        asStated &&= find(has).includes("Enabled.") && find(lacks).includes("alert protocol version");
        asStated &&= lines.every((line) => !line.includes("Disabled."));
    }
    process.exit(asStated ? 0 : 1);
})();
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
