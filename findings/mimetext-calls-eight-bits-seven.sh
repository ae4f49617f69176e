#!/bin/bash
# mimetext, mail-mime-builder: mails with umlauts say "7bit" and are not, subjects are one long encoded word, and quotes end the names of files.
#
# Versions: mimetext 3.0.28, mail-mime-builder 1.0.4, nodemailer 10.6.1 (npm), Node.js; Python 3.11 with its email package.
# Expected: RFC 2045, section 2.7 and 6.2: "7bit" is for lines of at most 998 octets, none of them above 127. RFC 2047, section 2: "An
#   'encoded-word' may not be more than 75 characters long". RFC 2045, section 5.1 with RFC 822: in a quoted string a quote needs a
#   backslash. Their documentation: RFC compliant messages.
# Seen: the text "Grüße" is written as it is, with "Content-Transfer-Encoding: 7bit"; a text of one line of 2000 letters is not folded
#   either. A subject with 60 umlauts is one encoded word of 180 characters. The file name 'a "b".txt' is written filename="a "b".txt",
#   which Python reads as "a". nodemailer's message has none of this.
# Why it matters: servers that do not offer 8BITMIME, and those that check, bounce the mail or remove the eighth bit; DKIM signatures break
#   where it is recoded.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mimetext@3.0.28 mail-mime-builder@1.0.4 nodemailer@10.6.1 >npm.log 2>&1

cat > write.mjs <<'JS'
import fs from "fs";
import { createMimeMessage } from "mimetext";
import * as builder from "mail-mime-builder";
import nodemailer from "nodemailer";

const subject = "Grüße " + "ä".repeat(60);
const text = "Grüße\r\n" + "x".repeat(2000);
const filename = 'a "b".txt';
function make(create) {
  const message = create();
  message.setSender("jo@example.org");
  message.setTo("a@example.org");
  message.setSubject(subject);
  message.addMessage({ contentType: "text/plain", data: text });
  message.addAttachment({ filename, contentType: "text/plain", data: Buffer.from("file").toString("base64") });
  return message.asRaw();
}
fs.writeFileSync("mimetext.eml", make(createMimeMessage));
fs.writeFileSync("mail-mime-builder.eml", make(builder.createMimeMessage));
const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: "windows" });
const mail = { from: "jo@example.org", to: "a@example.org", subject, text, attachments: [{ filename, content: "file" }] };
fs.writeFileSync("nodemailer.eml", (await transport.sendMail(mail)).message);
JS
cat > find.py <<'PY'
import email
import email.policy
import re
import sys


def judge(name):
    with open(f"{name}.eml", "rb") as file:
        octets = file.read().replace(b"\r\n", b"\n")
    message = email.message_from_bytes(octets, policy=email.policy.default)
    body, attachment = list(message.iter_parts())
    head, raw = octets.split(b"text/plain", 1)[1].split(b"\n\n", 1)
    raw = raw.split(b"\n--")[0]
    words = re.findall(rb"=\?[^?]+\?.\?[^?]*\?=", octets.split(b"Subject:")[1].split(b"MIME-Version")[0])
    return (
        body["content-transfer-encoding"].cte,
        max(raw) > 127,
        max(map(len, raw.split(b"\n"))) > 998,
        max(map(len, words)) > 75,
        attachment.get_filename(),
    )


seen = []
for name in "mimetext", "mail-mime-builder", "nodemailer":
    seen.append(judge(name))
    print(f"{name}: encoding {seen[-1][0]}; above 127: {seen[-1][1]}; long lines: {seen[-1][2]}; long words: {seen[-1][3]}; file {seen[-1][4]!r}")
wrong = ("7bit", True, True, True, "a")
sys.exit(seen[:2] != [wrong, wrong] or seen[2][1:] != (False, False, False, 'a "b".txt'))
PY
node write.mjs && python3 find.py || { echo "CHANGED: see above"; exit 1; }
