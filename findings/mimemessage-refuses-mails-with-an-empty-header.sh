#!/bin/bash
# mimemessage: a mail with an empty header, a file name with a semicolon, a part without a text or a plus sign in the boundary is "invalid".
#
# Versions: mimemessage 1.0.5 (npm), Node.js; the email package of Python 3.11 to compare with.
# Expected: RFC 5322, section 2.2: the body of a header may be empty, and its name may have a dot; RFC 2045, section 5.1: in a parameter
#   with quotation marks a semicolon is a character; RFC 2046, section 5.1.1: a boundary may have "+", "(", ")" and "?"; a part may have a
#   body of no octets. By its documentation parse() returns false if the message is not valid.
# Seen: parse() returns false for each of them, as a whole. Python's email has the part and its text of each.
# Why it matters: empty headers (X-Mailer, Cc, List-Unsubscribe) are in many mails, and boundaries with "+" come from random base64: such a
#   message is dropped as invalid, with all that it holds.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mimemessage@1.0.5 >npm.log 2>&1

cat > find.mjs <<'JS'
import { execFileSync } from "child_process";
import mime from "mimemessage";

const PYTHON = "import email, sys; print([p.get_payload() for p in email.message_from_bytes(sys.stdin.buffer.read()).get_payload()])";
const mail = (boundary, more, part) =>
  `From: jo@example.org\r\n${more}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n` +
  `--${boundary}\r\n${part}\r\n--${boundary}--\r\n`;
const PART = "Content-Type: text/plain\r\n\r\none";
for (const [name, text] of [
  ["a plain one", mail("b", "", PART)],
  ["an empty header", mail("b", "Cc:\r\n", PART)],
  ["a header with a dot", mail("b", "X.Id: 1\r\n", PART)],
  ["a semicolon in a name", mail("b", "", 'Content-Type: text/plain; name="a;b.txt"\r\n\r\none')],
  ["a boundary with a plus sign", mail("b+b", "", PART)],
  ["a part without a text", mail("b", "", "Content-Type: text/plain\r\n")],
]) {
  const entity = mime.parse(text);
  const right = execFileSync("python3", ["-c", PYTHON], { input: text, timeout: 20000 }).toString().trim();
  console.log(`${name}: ${JSON.stringify(entity && entity.body.map((part) => part.body))}; Python: ${right}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
a plain one: ["one"]; Python: ['one']
an empty header: false; Python: ['one']
a header with a dot: false; Python: ['one']
a semicolon in a name: false; Python: ['one']
a boundary with a plus sign: false; Python: ['one']
a part without a text: false; Python: ['']
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
