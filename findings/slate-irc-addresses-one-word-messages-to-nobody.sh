#!/bin/bash
# slate-irc: a message of one word, sent without a colon, arrives empty, and is addressed to "#test hello".
#
# Versions: slate-irc 0.9.7 (npm), with the slate-irc-parser that it brings; irc-framework 4.14.0 to compare with (npm), Node.js.
# Expected: RFC 1459, section 2.3.1, and RFC 2812: there is no difference between the last parameter with a colon in front of it and
#   without; the colon is needed only for one that is empty, begins with a colon, or has blanks.
# Seen: the parser keeps what has a colon apart as "trailing", and the event "message" takes its text from there and the target from all
#   the rest: of "PRIVMSG #test hello" the text is "" and the target "#test hello". With a colon both are right. irc-framework reads the
#   two lines the same.
# Why it matters: servers and bouncers that write a line anew leave the colon out where it is not needed. Answers and commands to bots are
#   of one word most of the time: the bot sees an empty line in a channel that does not exist.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts slate-irc@0.9.7 irc-framework@4.14.0 >npm.log 2>&1

cat > find.js <<'JS'
const { PassThrough } = require("stream");
const { ircLineParser } = require("irc-framework");
const { default: Client } = require("slate-irc");

const lines = [":jo!jo@example.org PRIVMSG #test :hello", ":jo!jo@example.org PRIVMSG #test hello"];
for (const line of lines) {
  const { params } = ircLineParser(line);
  console.log(`irc-framework: to ${JSON.stringify(params[0])}, text ${JSON.stringify(params[1])}`);
}
const stream = new PassThrough();
new Client(stream).on("message", ({ to, message }) => console.log(`slate-irc: to ${JSON.stringify(to)}, text ${JSON.stringify(message)}`));
stream.write(lines.map((line) => `${line}\r\n`).join(""));
stream.end();
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
irc-framework: to "#test", text "hello"
irc-framework: to "#test", text "hello"
slate-irc: to "#test", text "hello"
slate-irc: to "#test hello", text ""
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
