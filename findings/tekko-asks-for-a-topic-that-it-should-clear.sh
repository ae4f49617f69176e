#!/bin/bash
# tekko: an empty topic becomes a question for the topic, a smiley loses its eyes, and what is formatted is printed.
#
# Versions: tekko 2.4.0 (npm), Node.js.
# Expected: RFC 1459 and RFC 2812, section 2.3.1: a last parameter that is empty, has a space or starts with a colon goes after " :". RFC 2812, section
#   3.2.4: "TOPIC #test :" clears the topic, "TOPIC #test" asks for it. Backslashes are letters of nicknames (section 2.3.1, "special"). IRCv3 message
#   tags: the escapes are for values of tags alone, and a value goes up to the next ";" or the space, so it may have "=".
# Seen: params ["#test", ""] is "TOPIC #test "; "TOPIC #test :" is parsed without the empty parameter as well. ["#test", ":)"] is "PRIVMSG #test :)", which
#   everybody reads as ")". The nickname foo\bar is written foo\\bar, which is another. A tag "YWJj==" loses its end. format() prints the last parameter of
#   each message on the standard output, an account's password too.
# Why it matters: programs of bots send something else than they say, and one whose output is a protocol or a log has messages in it. Put the colon into
#   the line by hand, and pass whole lines as strings.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts tekko@2.4.0 >npm.log 2>&1

cat > find.js <<'JS'
const { format, parse } = require("tekko");

const log = console.log;
const printed = [];
console.log = (text) => printed.push(text);
const written = [
  { command: "TOPIC", params: ["#test", ""] },
  { command: "PRIVMSG", params: ["#test", ":)"] },
  { command: "PRIVMSG", params: ["foo\\bar", "hello"] },
  { command: "PASS", params: ["secret"] },
].map((message) => format(message));
console.log = log;
const tag = parse("@id=YWJj==;msgid=1 PING").tags.id;
const params = parse("TOPIC #test :").params;
log(`written: ${written.map((line) => JSON.stringify(line)).join(", ")}`);
log(`printed by format(): ${JSON.stringify(printed)}; the tag YWJj==: ${tag}; "TOPIC #test :" has ${JSON.stringify(params)}`);
const seen = [written, printed, tag, params];
const expected = [
  ["TOPIC #test ", "PRIVMSG #test :)", "PRIVMSG foo\\\\bar hello", "PASS secret"],
  [":)", "hello", "secret"],
  "YWJj",
  ["#test"],
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
