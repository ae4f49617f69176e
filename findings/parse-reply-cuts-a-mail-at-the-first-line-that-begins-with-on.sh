#!/bin/bash
# parse-reply: an answer ends before its first line that begins with "on", as "only" and "One more thing" do, if it quotes a mail below.
#
# Versions: parse-reply 0.0.4, email-reply-parser 2.3.9 to compare with (npm), Node.js.
# Expected: its documentation: it "parses email body and strips out quotes/replies/forwarded messages". The line "On DATE, NAME wrote:" is
#   what Gmail and others put before a quotation; what stands above it is the answer.
# Seen: of the answer "Hi Al," / "Monday works." / LINE / "Jo", above such a quotation, the first two lines are left where LINE is "On
#   Tuesday I am away.", "Only Tuesday is bad." or "One more thing: thanks!", and all four where it is "Tuesday is fine.".
#   email-reply-parser leaves four each time.
# Why it matters: what customers answer is stored without its second half; nothing says so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts parse-reply@0.0.4 email-reply-parser@2.3.9 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const parseReply = require("parse-reply");
const EmailReplyParser = require("email-reply-parser").default ?? require("email-reply-parser");

const show = (text) => JSON.stringify(text.trim());
for (const line of ["Tuesday is fine.", "On Tuesday I am away.", "Only Tuesday is bad.", "One more thing: thanks!"]) {
  const mail = `Hi Al,\nMonday works.\n${line}\nJo\n\nOn Mon, Nov 30, 2026 at 8:00 AM Al <al@example.org> wrote:\n> When?\n`;
  console.log(`${line}\n  parse-reply: ${show(parseReply(mail))}`);
  console.log(`  email-reply-parser: ${show(new EmailReplyParser().read(mail).getVisibleText())}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
Tuesday is fine.
  parse-reply: "Hi Al,\nMonday works.\nTuesday is fine.\nJo"
  email-reply-parser: "Hi Al,\nMonday works.\nTuesday is fine.\nJo"
On Tuesday I am away.
  parse-reply: "Hi Al,\nMonday works."
  email-reply-parser: "Hi Al,\nMonday works.\nOn Tuesday I am away.\nJo"
Only Tuesday is bad.
  parse-reply: "Hi Al,\nMonday works."
  email-reply-parser: "Hi Al,\nMonday works.\nOnly Tuesday is bad.\nJo"
One more thing: thanks!
  parse-reply: "Hi Al,\nMonday works."
  email-reply-parser: "Hi Al,\nMonday works.\nOne more thing: thanks!\nJo"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
