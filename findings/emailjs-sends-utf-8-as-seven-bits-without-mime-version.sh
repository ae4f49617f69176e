#!/bin/bash
# emailjs: a mail with umlauts says that it has seven bits, and no MIME-Version, sixty recipients stand in one line, and a group is
#   <undefined>.
#
# Versions: emailjs 5.0.3, nodemailer 7.0.11 to compare with (npm), Node.js.
# Expected: RFC 2045, section 4: each message by MIME has "MIME-Version: 1.0"; section 2.7: 7bit is octets below 128, in lines of at most
#   998. RFC 5322, section 2.1.1: each line "MUST be no more than 998 characters"; section 3.4: a group is a name, a colon, mailboxes, a
#   semicolon.
# Seen: "Grüße" is sent as octets above 127 with "Content-Transfer-Encoding: 7bit"; MIME-Version is there with attachments only. To: of
#   sixty recipients is one line of 2442 octets, a text of 1200 letters is one line. To: "team: a@example.org, b@example.org;" becomes
#   "=?UTF-8?Q?team?= <undefined>". nodemailer sends quoted-printable, MIME-Version, and short lines.
# Why it matters: servers without 8BITMIME and filters cut the eighth bit or refuse the mail, programs that keep to the RFC show it as
#   US-ASCII, and servers that count refuse the long line: "500 Line too long". Signatures by DKIM fail where somebody folds it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts emailjs@5.0.3 nodemailer@7.0.11 >npm.log 2>&1

cat > find.mjs <<'JS'
import { Message } from "emailjs";
import MailComposer from "nodemailer/lib/mail-composer/index.js";

const describe = (text) => {
  const header = text.slice(0, text.indexOf("\r\n\r\n"));
  return JSON.stringify({
    version: /^MIME-Version: (.*)$/m.exec(header)?.[1],
    encoding: /^Content-Transfer-Encoding: (.*)$/m.exec(header)?.[1],
    eight: /[^\x00-\x7f]/.test(text),
    long: text.split("\r\n").filter((line) => Buffer.byteLength(line) > 998).length,
    to: /^To: (.*)$/m.exec(header)[1].slice(0, 40),
  });
};
const people = Array.from({ length: 60 }, (_, number) => `Person ${number} <p${number}@example.org>`).join(", ");
for (const [name, more] of [
  ["umlauts", { text: "Grüße", to: "a@example.org" }],
  ["sixty recipients", { text: "hello", to: people }],
  ["a long line", { text: "a".repeat(1200), to: "a@example.org" }],
  ["a group", { text: "hello", to: "team: a@example.org, b@example.org;" }],
]) {
  const mail = { from: "jo@example.org", subject: "hello", ...more };
  console.log(`${name}\n  emailjs: ${describe(await new Message(mail).readAsync())}`);
  console.log(`  nodemailer: ${describe((await new MailComposer(mail).compile().build()).toString())}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
umlauts
  emailjs: {"encoding":"7bit","eight":true,"long":0,"to":"a@example.org"}
  nodemailer: {"version":"1.0","encoding":"quoted-printable","eight":false,"long":0,"to":"a@example.org"}
sixty recipients
  emailjs: {"encoding":"7bit","eight":false,"long":1,"to":"=?UTF-8?Q?Person_0?= <p0@example.org>, ="}
  nodemailer: {"version":"1.0","encoding":"7bit","eight":false,"long":0,"to":"Person 0 <p0@example.org>, Person 1 <p1@"}
a long line
  emailjs: {"encoding":"7bit","eight":false,"long":1,"to":"a@example.org"}
  nodemailer: {"version":"1.0","encoding":"quoted-printable","eight":false,"long":0,"to":"a@example.org"}
a group
  emailjs: {"encoding":"7bit","eight":false,"long":0,"to":"=?UTF-8?Q?team?= <undefined>"}
  nodemailer: {"version":"1.0","encoding":"7bit","eight":false,"long":0,"to":"team:a@example.org, b@example.org;"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
