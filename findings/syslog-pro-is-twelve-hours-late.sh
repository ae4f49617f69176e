#!/bin/bash
# syslog-pro: what happens at three in the afternoon is logged as of three in the morning, and each message begins with the letters "BOM".
#
# Versions: syslog-pro 1.0.0 (npm), Node.js.
# Expected: RFC 5424, section 6.2.3, and RFC 3339, section 5.6: the hours go from 00 to 23. RFC 5424, section 6.4: a message in UTF-8 begins with the
#   octets EF BB BF, which the grammar calls BOM; section 6: a name of an application has at least one character, or is "-"; section 6.3: the values
#   of structured data stand in quotation marks. Its documentation: class RFC5424, and by default the application name "NodeJSLogger".
# Seen: at 15 o'clock the time is "T03:", with the right offset behind it. "Hello" is sent as "BOMHello" in ASCII letters. The application's name is
#   empty, so that there are two blanks. With encludeStructuredData the element is [timeQuality tzKnown=1]. All transports, TLS among them, send this
#   text.
# Why it matters: a receiver sorts half of the day's messages twelve hours back, before what caused them; others refuse them for their structured data
#   or the empty name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts syslog-pro@1.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const { RFC5424, Syslog } = require("syslog-pro");

(async () => {
    const server = new Syslog({ target: "localhost", protocol: "tls" });
    const seen = [];
    for (const encludeStructuredData of [false, true]) {
        const log = new RFC5424({ server, hostname: "www.example.org", encludeStructuredData });
        const message = (await log.buildMessage("Hello")).trim();
        console.log(`at ${new Date().toTimeString()}: ${message}`);
        const [, hour, name, rest] = /^<\d+>1 [0-9-]+T(\d\d):\d\d:\d\d\S+ www\.example\.org (\S*) \S+ \S+ (.*)$/.exec(message);
        seen.push(`${new Date().getHours()} as ${hour}, ${JSON.stringify(name)}, ${rest}`);
    }
    const expected = ['15 as 03, "", - BOMHello', '15 as 03, "", [timeQuality tzKnown=1] BOMHello'];
    process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
})();
JS
# A time zone in which it is between three and four in the afternoon; POSIX counts it westwards.
offset=$(($(date -u +%-H) - 15))
TZ="TEST${offset}" node --no-deprecation find.js || { echo "CHANGED: see above"; exit 1; }
