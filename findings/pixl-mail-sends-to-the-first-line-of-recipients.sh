#!/bin/bash
# pixl-mail: of recipients over two lines the second line gets nothing, a folded subject is cut, and "subject:" in small letters is
#   "missing".
#
# Versions: pixl-mail 1.1.5 (npm), Node.js; the email package of Python 3.11 to compare with.
# Expected: RFC 5322, section 2.2.3: a header may go over several lines, each further one beginning with a blank; section 1.2.2: names of
#   headers do not depend on case. Its documentation: "Pass in the complete e-mail message", "for multiple recipients, simply separate them
#   by commas".
# Seen: of "To: a@example.org,", " b@example.org" the server gets RCPT TO for a@example.org alone, and the callback gets no error. Of a
#   subject over two lines the first is sent. For "to:", "from:", "subject:" the error is "Missing required header: 'To'". Python reads all
#   of these.
# Why it matters: lists of recipients that a program or an editor has folded lose people, and nobody hears of it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts pixl-mail@1.1.5 >npm.log 2>&1

cat > find.mjs <<'JS'
import { execFileSync } from "child_process";
import { once } from "events";
import net from "net";
import Mailer from "pixl-mail";

const PYTHON = `import email, email.policy, sys
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
print([address.addr_spec for address in m["to"].addresses], m["subject"])`;
let recipients, subject;
const server = net.createServer((socket) => {
  let inside = false;
  socket.write("220 ready\r\n");
  socket.on("data", (data) => {
    for (const line of data.toString().split("\r\n").slice(0, -1)) {
      if (inside) {
        if (/^subject:/i.test(line)) subject = line;
        if (line === ".") socket.write("250 ok\r\n");
        inside = line !== ".";
      } else {
        if (/^RCPT/.test(line)) recipients.push(line);
        inside = line === "DATA";
        socket.write(inside ? "354 go on\r\n" : "250 ok\r\n");
      }
    }
  });
  socket.on("error", () => {});
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
for (const header of [
  "To: a@example.org,\n b@example.org\nFrom: jo@example.org\nSubject: hello",
  "To: a@example.org\nFrom: jo@example.org\nSubject: the minutes of the meeting on\n Monday",
  "to: a@example.org\nfrom: jo@example.org\nsubject: hello",
]) {
  const message = `${header}\n\nSee you.\n`;
  recipients = [];
  subject = undefined;
  const error = await new Promise((resolve) => {
    new Mailer("127.0.0.1", server.address().port).send(message, (problem) => resolve(problem?.message));
  });
  console.log(`${JSON.stringify(header)}\n  pixl-mail: ${JSON.stringify({ recipients, subject, error })}`);
  console.log(`  Python: ${execFileSync("python3", ["-c", PYTHON], { input: message, timeout: 20000 }).toString().trim()}`);
}
process.exit();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
"To: a@example.org,\n b@example.org\nFrom: jo@example.org\nSubject: hello"
  pixl-mail: {"recipients":["RCPT TO:<a@example.org>"],"subject":"Subject: hello"}
  Python: ['a@example.org', 'b@example.org'] hello
"To: a@example.org\nFrom: jo@example.org\nSubject: the minutes of the meeting on\n Monday"
  pixl-mail: {"recipients":["RCPT TO:<a@example.org>"],"subject":"Subject: the minutes of the meeting on"}
  Python: ['a@example.org'] the minutes of the meeting on Monday
"to: a@example.org\nfrom: jo@example.org\nsubject: hello"
  pixl-mail: {"recipients":[],"error":"Missing required header: 'To'"}
  Python: ['a@example.org'] hello
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
