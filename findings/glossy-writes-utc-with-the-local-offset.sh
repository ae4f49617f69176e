#!/bin/bash
# glossy, and winston-syslog with it: messages of RFC 5424 have the time of UTC with the offset of the local zone, and emergencies of the kernel no severity.
#
# Versions: glossy 0.1.7, winston-syslog 2.7.1, winston 3.19.0 (npm), Node.js, Python 3.11 as receiver.
# Expected: RFC 5424, section 6.2.3, and RFC 3339, sections 4.2 and 5.6: the time is local time, and the offset behind it the difference from UTC;
#   what follows the point are decimals of a second. RFC 5424, section 6.2.1: priority 0 is facility 0, kernel messages, and severity 0, emergency.
# Seen: in a zone five hours behind UTC, at 20:04:05.006 UTC, Produce writes "2026-01-05T20:04:05.06-05:00", which is 01:04:05.060 UTC of the next
#   day, five hours and 54 milliseconds later. winston-syslog sends such times over TLS. Parse gives of "<0>" neither facility nor severity, and of
#   "<1>" and "<8>" both.
# Why it matters: logs of servers outside UTC are hours away from those of others, in a form that leaves no doubt about the zone, and the gravest
#   messages of a kernel have no severity.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts glossy@0.1.7 winston-syslog@2.7.1 winston@3.19.0 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem 2>openssl.log

cat > produce.js <<'JS'
const { Parse, Produce } = require("glossy");

const about = { facility: "user", severity: "info", host: "www.example.org", appName: "app", message: "Hello" };
const message = new Produce({ type: "RFC5424" }).produce({ ...about, date: new Date("2026-01-05T20:04:05.006Z") });
const parsed = [0, 1, 8].map((pri) => {
    const { facility, severity } = Parse.parse(`<${pri}>1 2026-01-05T20:04:05Z www.example.org app - - - Hello`);
    return `${facility} ${severity}`;
});
console.log(JSON.stringify([message.split(" ")[1], parsed]));
JS
cat > send.js <<'JS'
const fs = require("fs");
const winston = require("winston");
const { Syslog } = require("winston-syslog");

const transport = new Syslog({
    host: "127.0.0.1",
    port: +process.argv[2],
    protocol: "tls4",
    protocolOptions: { ca: fs.readFileSync("cert.pem"), servername: "localhost" },
    type: "5424",
    localhost: "www.example.org",
    app_name: "app",
});
const logger = winston.createLogger({ levels: winston.config.syslog.levels, transports: [transport] });
logger.info("Hello");
setTimeout(() => process.exit(), 2000);
JS
cat > find.py <<'PY'
import datetime
import json
import os
import socket
import ssl
import subprocess
import sys

os.environ["TZ"] = "TEST5"  # five hours behind UTC
command = ["node", "--no-deprecation"]
time, parsed = json.loads(subprocess.run([*command, "produce.js"], capture_output=True, text=True, check=True).stdout)
print("Produce:", time)
print('Parse of "<0>", "<1>", "<8>":', *parsed, sep=" / ")

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
with socket.create_server(("127.0.0.1", 0)) as listener:
    listener.settimeout(30)
    sender = subprocess.Popen([*command, "send.js", str(listener.getsockname()[1])])
    with context.wrap_socket(listener.accept()[0], server_side=True) as tls:
        tls.settimeout(20)
        sent = tls.recv(1000).decode()
    sender.wait()
print("winston-syslog:", sent.strip())
told = datetime.datetime.fromisoformat(sent.split()[1].split(".")[0] + sent.split()[1][-6:])
late = (told - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 3600
print(f"that is {late:.1f} hours from now")
expected = "2026-01-05T20:04:05.06-05:00", ["undefined undefined", "kern alert", "user emerg"]
sys.exit((time, parsed) != expected or round(late) != 5)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
