#!/bin/bash
# syslog-pro, syslog-client-tls, emailjs-smtp-client and @upyo/smtp: a server with several names is refused, since they check its name without saying
# it.
#
# Versions: syslog-pro 1.0.0, syslog-client-tls 1.2.1, emailjs-smtp-client 2.0.1, @upyo/smtp 0.4.0 (npm), Node.js, Python 3.11's ssl for comparison.
# Expected: RFC 6066, section 3: "It is RECOMMENDED that clients include an extension of type "server_name" in the client hello whenever they locate a
#   server by a supported name type"; RFC 9325, section 3.7: implementations MUST support it. Node's documentation has an option for it, `servername`,
#   for tls.connect().
# Seen: they connect to "localhost", compare the certificate with it, and send no server_name, as they set the option nowhere and let nobody set it. A
#   server with two certificates shows the other one, and all four fail. With server_name, as Python sends it, the same server shows the right one.
# Why it matters: log collectors and mail servers of several customers at one address do as web servers do. The error says that the certificate is for
#   another host, and blames the server.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts syslog-pro@1.0.0 syslog-client-tls@1.2.1 emailjs-smtp-client@2.0.1 \
    @upyo/smtp@0.4.0 @upyo/core@0.4.0 >npm.log 2>&1
for host in localhost other.example.org; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$host" \
        -addext "subjectAltName=DNS:$host" -keyout "$host.key" -out "$host.pem" 2>openssl.log
done
cat localhost.pem other.example.org.pem >trusted.pem
cat > python.py <<'PY'
import socket
import ssl
import sys

context = ssl.create_default_context(cafile="trusted.pem")
with socket.create_connection(("localhost", int(sys.argv[1]))) as sock:
    context.wrap_socket(sock, server_hostname="localhost").close()
PY
cat > find.mjs <<'JS'
import { execFile } from "node:child_process";
import fs from "node:fs";
import tls from "node:tls";
import { promisify } from "node:util";
import { createMessage } from "@upyo/core";
import { SmtpTransport } from "@upyo/smtp";
import emailjs from "emailjs-smtp-client";
import syslogClient from "syslog-client-tls";
import SyslogPro from "syslog-pro";

const pair = (host) => ({ key: fs.readFileSync(`${host}.key`), cert: fs.readFileSync(`${host}.pem`) });
const named = { localhost: tls.createSecureContext(pair("localhost")) };
let names = [];
const options = { ...pair("other.example.org"), SNICallback: (name, done) => (names.push(name), done(null, named[name])) };
const server = tls.createServer(options, (socket) => socket.on("error", () => {}));
server.on("tlsClientError", () => {});
await new Promise((resolve) => server.listen(0, "localhost", resolve));
const { port } = server.address();
const trusted = fs.readFileSync("trusted.pem", "utf8");

// Each gives the message of the error, or "connected".
const clients = {
    python: () => promisify(execFile)("python3", ["python.py", port]).then(() => "connected"),
    "syslog-pro": () => {
        const target = new SyslogPro.Syslog({ target: "localhost", port, protocol: "tls", tlsServerCerts: ["trusted.pem"] });
        return new SyslogPro.RFC5424({ server: target }).info("Hello").then(
            () => "connected",
            (error) => error.message,
        );
    },
    "syslog-client-tls": () =>
        new Promise((resolve) => {
            const client = syslogClient.createClient("localhost", { port, transport: syslogClient.Transport.Tls, tlsCA: trusted });
            client.on("error", (error) => resolve(error.message));
            client.log("Hello", () => setTimeout(resolve, 500, "connected"));
        }),
    "emailjs-smtp-client": () =>
        new Promise((resolve) => {
            // It takes no certificates to trust; NODE_EXTRA_CA_CERTS has them.
            const client = new emailjs.default("localhost", port, { useSecureTransport: true, logLevel: 0 });
            client.onerror = (error) => resolve(error.message);
            client.connect();
            setTimeout(resolve, 3000, "connected");
        }),
    "@upyo/smtp": async () => {
        const transport = new SmtpTransport({ host: "localhost", port, secure: true, tls: { ca: [trusted] }, pool: false });
        const content = { text: "Hello" };
        const message = createMessage({ from: "a@example.org", to: "b@example.org", subject: "Test", content });
        const receipt = await transport.send(message).catch((error) => ({ errorMessages: [error.message] }));
        return receipt.successful ? "connected" : receipt.errorMessages.join();
    },
};
let asStated = true;
for (const [name, connect] of Object.entries(clients)) {
    names = [];
    const message = await connect();
    console.log(`${name}: server_name ${JSON.stringify(names)}, ${message}`);
    const right = name === "python";
    asStated &&= names.length === (right ? 1 : 0) && /altnames.*other\.example\.org/.test(message) === !right;
}
process.exit(asStated ? 0 : 1);
JS
NODE_EXTRA_CA_CERTS=trusted.pem node --no-deprecation find.mjs || { echo "CHANGED: see above"; exit 1; }
