#!/bin/bash
# winston-syslog, @logtape/syslog, syslog-pro and syslog-client-tls: over TLS none of them says how long a message is, and winston-syslog not even
# where it ends.
#
# Versions: winston-syslog 2.7.1 with winston 3.19.0, @logtape/syslog 1.3.10, syslog-pro 1.0.0, syslog-client-tls 1.2.1 (npm), Node.js.
# Expected: RFC 5425, section 4.3, the transport of syslog over TLS: each message is a frame, "MSG-LEN SP SYSLOG-MSG", where MSG-LEN is the count of
#   its octets. All four have TLS among their transports, and messages after RFC 5424, for which RFC 5425 is made.
# Seen: none has the length. @logtape/syslog, syslog-pro and syslog-client-tls put a line feed behind each message, as on plain TCP: one of two lines
#   is two messages for the receiver, of which the second has no priority; syslog-pro joins its lines without a blank between them. winston-syslog
#   puts nothing there unless the option `eol` is set: two messages are one, in which the second is text.
# Why it matters: a receiver that goes by the RFC finds "<134>1" where a number should be; others tear messages apart, or take all that an application
#   says for a single one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts winston@3.19.0 winston-syslog@2.7.1 @logtape/syslog@1.3.10 \
    syslog-pro@1.0.0 syslog-client-tls@1.2.1 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.mjs <<'JS'
import fs from "node:fs";
import tls from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { getSyslogSink } from "@logtape/syslog";
import syslogClient from "syslog-client-tls";
import SyslogPro from "syslog-pro";
import winston from "winston";
import { Syslog } from "winston-syslog";

const [key, cert] = ["key.pem", "cert.pem"].map((name) => fs.readFileSync(name));
let received = "";
const server = tls.createServer({ key, cert }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => (received += data));
});
await new Promise((resolve) => server.listen(0, "localhost", resolve));
const { port } = server.address();

const messages = ["first\nsecond line", "last message"];
const clients = {
    "winston-syslog": () => {
        const options = { host: "localhost", port, protocol: "tls4", type: "5424", protocolOptions: { ca: cert } };
        const levels = winston.config.syslog.levels;
        const logger = winston.createLogger({ levels, transports: [new Syslog({ ...options, localhost: "www.example.org" })] });
        for (const message of messages) logger.info(message);
    },
    "@logtape/syslog": () => {
        const tlsOptions = { ca: cert.toString(), rejectUnauthorized: true };
        const options = { hostname: "localhost", port, protocol: "tcp", secure: true, tlsOptions };
        const sink = getSyslogSink({ ...options, syslogHostname: "www.example.org" });
        for (const message of messages) {
            const record = { category: ["test"], level: "info", message: [message], rawMessage: message };
            sink({ ...record, timestamp: Date.now(), properties: {} });
        }
    },
    "syslog-pro": () => {
        const server = new SyslogPro.Syslog({ target: "localhost", port, protocol: "tls", tlsServerCerts: ["cert.pem"] });
        const log = new SyslogPro.RFC5424({ server, hostname: "www.example.org" });
        for (const message of messages) log.info(message).catch(() => {});
    },
    "syslog-client-tls": () => {
        const options = { port, transport: syslogClient.Transport.Tls, tlsCA: cert, rfc3164: false };
        const client = syslogClient.createClient("localhost", { ...options, syslogHostname: "www.example.org" });
        client.on("error", () => {});
        for (const message of messages) client.log(message);
    },
};
const seen = {};
for (const [name, log] of Object.entries(clients)) {
    received = "";
    log();
    for (let i = 0; i < 50 && !received.includes("last message"); i++) await sleep(100);
    await sleep(200);
    console.log(`${name}: ${JSON.stringify(received)}`);
    const lines = received.split("\n").filter(Boolean);
    const frames = /^[1-9][0-9]* <[0-9]+>1 /.test(received) ? "lengths" : "no lengths";
    const bare = lines.filter((line) => !line.startsWith("<")).length;
    seen[name] = `${frames}, ${lines.length} lines, ${bare} without priority`;
}
console.log(seen);
const expected = {
    "winston-syslog": "no lengths, 1 lines, 0 without priority",
    "@logtape/syslog": "no lengths, 3 lines, 1 without priority",
    "syslog-pro": "no lengths, 2 lines, 0 without priority",
    "syslog-client-tls": "no lengths, 3 lines, 1 without priority",
};
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node --no-deprecation find.mjs || { echo "CHANGED: see above"; exit 1; }
