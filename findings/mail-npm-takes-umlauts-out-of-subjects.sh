#!/bin/bash
# mail (npm): "Grüße aus München" is sent as "Gr e aus M nchen", and senders like "Jürgen <jo@example.org>" cannot be parsed.
#
# Versions: mail 0.2.3, nodemailer 7.0.11 to compare with (npm), Node.js.
# Expected: RFC 2047: letters outside of ASCII are written as encoded words; RFC 5322, section 3.2.2: comments may stand in addresses;
#   section 3.4.1: an address may have a domain literal; RFC 2045: a text in UTF-8 has MIME-Version and a charset. By its documentation
#   header values are escaped to prevent injection.
# Seen: each row of umlauts in a subject becomes one blank. From: Jürgen <jo@example.org> and To: Jo (office) <a@example.org> and
#   jo@[192.0.2.1] raise "Could not parse". The text goes out in UTF-8 without MIME-Version and without a charset. nodemailer writes encoded
#   words, the address and the charset.
# Why it matters: the receiver reads another subject and, as US-ASCII, another text; senders with their own names cannot send.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mail@0.2.3 nodemailer@7.0.11 >npm.log 2>&1

cat > find.mjs <<'JS'
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import { Message } from "mail/lib/message.js";

const describe = (text, recipients) => {
  const field = (name) => new RegExp(`^${name}: (.*)$`, "m").exec(text.replace(/\r\n[ \t]+/g, " "))?.[1].trim();
  return JSON.stringify({ subject: field("Subject"), version: field("MIME-Version"), recipients });
};
for (const [from, to, subject] of [
  ["jo@example.org", "a@example.org", "Grüße aus München"],
  ["Jürgen <jo@example.org>", "a@example.org", "hello"],
  ["jo@example.org", "Jo (office) <a@example.org>", "hello"],
  ["jo@example.org", "jo@[192.0.2.1]", "hello"],
]) {
  let seen;
  try {
    const message = new Message({ from, to, subject }).body("Grüße");
    seen = describe(message.toString(), message.sender() && message.recipients());
  } catch (error) {
    seen = error.message;
  }
  const mail = new MailComposer({ from, to, subject, text: "Grüße" }).compile();
  console.log(`${from}, ${to}, ${subject}\n  mail: ${seen}`);
  console.log(`  nodemailer: ${describe((await mail.build()).toString(), mail.getEnvelope().to)}`);
}
JS
timeout 60 node find.mjs 2>/dev/null | tee seen
cat > expected <<'TEXT'
jo@example.org, a@example.org, Grüße aus München
  mail: {"subject":"Gr e aus M nchen","recipients":["a@example.org"]}
  nodemailer: {"subject":"=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_M=C3=BCnchen?=","version":"1.0","recipients":["a@example.org"]}
Jürgen <jo@example.org>, a@example.org, hello
  mail: Could not parse 'Jürgen <jo@example.org>'.
  nodemailer: {"subject":"hello","version":"1.0","recipients":["a@example.org"]}
jo@example.org, Jo (office) <a@example.org>, hello
  mail: Could not parse 'Jo (office) <a@example.org>'.
  nodemailer: {"subject":"hello","version":"1.0","recipients":["a@example.org"]}
jo@example.org, jo@[192.0.2.1], hello
  mail: Could not parse 'jo@[192.0.2.1]'.
  nodemailer: {"subject":"hello","version":"1.0","recipients":["jo@[192.0.2.1]"]}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
