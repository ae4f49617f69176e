#!/bin/bash
# nsyslog-parser: structured data with an escaped quote, a blank and "=", or no parameter at all is lost or misread, and so are IPv6 hosts.
#
# Versions: nsyslog-parser 0.10.1, glossy 0.1.7 as the other parser (npm), Node.js.
# Expected: RFC 5424, section 6.3: an element has any number of parameters, none included; their values stand in quotes, with \" for a quote. Section
#   6.2.4: the host name may be an IPv6 address. RFC 3164, section 5.4, example 2: what follows the host is the content. Its documentation: it accepts
#   RFC 3164 and RFC 5424, and "parses IETF structured data".
# Seen: an element with \" in a value disappears, and alone it becomes the message. k="x y=z" is k "x" and y "z". [a@32473] is taken for the message.
#   From 2001:db8::1 a message comes without host, application and process, and "2001:db8::1 app 1 ID" as its text; what was said is nowhere but in
#   originalMessage. "Use the BFG!" of RFC 3164 is of the application "Use" with the process "the". glossy gets all of them right.
# Why it matters: SQL, URLs and texts of errors are what such values hold. On a network with IPv6 the logs are empty.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts nsyslog-parser@0.10.1 glossy@0.1.7 >npm.log 2>&1

cat > find.js <<'JS'
const { Parse } = require("glossy");
const parse = require("nsyslog-parser");

const MESSAGES = {
    plain: '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog 1 ID47 [a@32473 k="v"] An event',
    quote: '<34>1 2003-10-11T22:14:15.003Z h app 1 ID [a@32473 k="the \\"x\\""][b@32473 k="v"] An event',
    "quote alone": '<34>1 2003-10-11T22:14:15.003Z h app 1 ID [a@32473 k="\\"x\\""] An event',
    blank: '<34>1 2003-10-11T22:14:15.003Z h app 1 ID [a@32473 k="x y=z"] An event',
    bare: '<34>1 2003-10-11T22:14:15.003Z h app 1 ID [a@32473] An event',
    IPv6: '<34>1 2003-10-11T22:14:15.003Z 2001:db8::1 app 1 ID [a@32473 k="v"] An event',
    BSD: "<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!",
};
const seen = {};
for (const [what, text] of Object.entries(MESSAGES)) {
    const one = parse(text);
    const other = Parse.parse(text);
    seen[what] = [one.host, one.appName, one.pid, JSON.stringify(one.structuredData ?? []), one.message];
    console.log(`${what}:`, ...seen[what]);
    console.log("  glossy:", other.host, other.appName, other.pid, JSON.stringify(other.structuredData ?? {}), other.message);
}
const host = "mymachine.example.com";
const expected = {
    plain: [host, "evntslog", "1", '[{"$id":"a@32473","k":"v"}]', "An event"],
    quote: ["h", "app", "1", '[{"$id":"b@32473","k":"v"}]', "An event"],
    "quote alone": ["h", "app", "1", "[]", '[a@32473 k="\\"x\\""] An event'],
    blank: ["h", "app", "1", '[{"$id":"a@32473","k":"x","y":"z"}]', "An event"],
    bare: ["h", "app", "1", "[]", "[a@32473] An event"],
    IPv6: ["", undefined, undefined, '[{"$id":"a@32473","k":"v"}]', "2001:db8::1 app 1 ID"],
    BSD: ["10.0.0.99", "Use", "the", "[]", "BFG!"],
};
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node --no-deprecation find.js || { echo "CHANGED: see above"; exit 1; }
