#!/bin/bash
# smtp-protocol: of two mails on a connection the second is for the recipients of the first as well; bounces are refused, and NOOP too.
#
# Versions: smtp-protocol 2.4.7, smtp-server 3.21.6 to compare with (npm), Node.js; Python's smtplib is the client.
# Expected: RFC 5321, section 4.1.1.4: after a mail has been taken its sender and recipients are cleared. Section 4.5.5: notifications have
#   the sender "<>". Section 4.5.1: each server has to have NOOP. Its documentation: req.to are the recipients of the message.
# Seen: two mails, to a@ and to b@, one after the other on one connection: the second has req.to [a@, b@]. A mail from <> is answered with
#   "503 Bad sequence: MAIL expected", and NOOP with "502 Not implemented". smtp-server has b@ alone, and takes all of it.
# Why it matters: other servers send all they have for a domain on one connection. Each recipient gets the mails of those before, and nobody
#   learns that a mail could not be delivered.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts smtp-protocol@2.4.7 smtp-server@3.21.6 >npm.log 2>&1

cat > client.py <<'PY'
import smtplib
import sys

with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=20) as client:
    client.sendmail("jo@example.org", ["a@example.org"], "Subject: one\r\n\r\none\r\n")
    client.sendmail("jo@example.org", ["b@example.org"], "Subject: two\r\n\r\ntwo\r\n")
    print("  NOOP:", client.noop()[0], flush=True)
    try:
        client.sendmail("", ["jo@example.org"], "Subject: bounce\r\n\r\nbounce\r\n")
    except smtplib.SMTPResponseException as error:
        print("  from <>:", error.smtp_code, error.smtp_error.decode())
PY
cat > find.js <<'JS'
const { spawn } = require("child_process");
const smtp = require("smtp-protocol");
const { SMTPServer } = require("smtp-server");

function mail(recipients, stream, done) {
  let text = "";
  stream.on("data", (data) => {
    text += data;
  });
  stream.on("end", () => {
    console.log(`  "${/Subject: (.*?)\r?\n/.exec(text)[1]}" for ${recipients.join(", ")}`);
    done();
  });
}
const other = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onData: (stream, session, done) => mail(session.envelope.rcptTo.map(({ address }) => address), stream, done),
});
const one = smtp.createServer("localhost", (request) => {
  request.on("message", (stream, ack) => {
    mail(request.to, stream, () => {});
    ack.accept();
  });
});

(async () => {
  for (const [name, server] of [["smtp-server", other], ["smtp-protocol", one]]) {
    console.log(name);
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = (server.server ?? server).address();
    await new Promise((resolve) => spawn("python3", ["client.py", port], { stdio: "inherit" }).on("exit", resolve));
  }
  process.exit(0);
})();
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
smtp-server
  "one" for a@example.org
  "two" for b@example.org
  NOOP: 250
  "bounce" for jo@example.org
smtp-protocol
  "one" for a@example.org
  "two" for a@example.org, b@example.org
  NOOP: 502
  from <>: 503 Bad sequence: MAIL expected
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
