#!/bin/bash
# mbox-parser: mails in ISO-8859-1 lose their umlauts, as the whole box is taken for UTF-8.
#
# Versions: mbox-parser 1.0.1, node-mbox 2.0.0 with mailparser 3.7.2 to compare with (npm), Node.js.
# Expected: RFC 4155: an mbox is a plain sequence of messages, each with the octets and the header that it had; RFC 2045, sections 5 and 6:
#   each says with "charset" what its octets mean, and with Content-Transfer-Encoding 8bit they stand there as they are.
# Seen: of "Grüße" in ISO-8859-1 with 8bit the text is "Grï¿½ï¿½e": both letters became U+FFFD, and these were then read once more.
#   node-mbox hands out the octets, and mailparser makes "Grüße" of them. The same word in UTF-8 arrives with both.
# Why it matters: archives of the years before 2010 are full of such mails; what is imported has lost its letters for good.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mbox-parser@1.0.1 node-mbox@2.0.0 mailparser@3.7.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { once } from "events";
import { Readable } from "stream";
import mbox from "mbox-parser";
import mailparser from "mailparser";
import other from "node-mbox";

const mail = (charset, text) =>
  Buffer.concat([
    Buffer.from("From jo@example.org Mon Nov 30 12:00:00 2026\nFrom: jo@example.org\nSubject: greetings\nMIME-Version: 1.0\n"),
    Buffer.from(`Content-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: 8bit\n\n`),
    text,
    Buffer.from("\n\n"),
  ]);
const box = Buffer.concat([mail("iso-8859-1", Buffer.from("Grüße", "latin1")), mail("utf-8", Buffer.from("Grüße", "utf-8"))]);
const seen = (await mbox.mboxParser(Readable.from([box]))).map((found) => found.text.trim());
const right = [];
const messages = [];
const stream = other.MboxStream(Readable.from([box]));
stream.on("data", (octets) => messages.push(octets));
await once(stream, "end");
for (const octets of messages) right.push((await mailparser.simpleParser(octets)).text.trim());
console.log(`mbox-parser: ${JSON.stringify(seen)}; node-mbox: ${JSON.stringify(right)}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
mbox-parser: ["Grï¿½ï¿½e","Grüße"]; node-mbox: ["Grüße","Grüße"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
