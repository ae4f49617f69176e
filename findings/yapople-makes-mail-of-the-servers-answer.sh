#!/bin/bash
# yapople: lines that begin with a dot arrive with two, and where the first line of an answer ends in the next record it becomes part of the
#   mail.
#
# Versions: yapople 0.4.10 (npm), Node.js; poplib of Python 3.11 to compare with.
# Expected: RFC 1939, section 3: in an answer of several lines, a line that begins with the dot of the termination has one dot put in front,
#   which the client strips off; TCP and TLS are streams: where a read ends says nothing about where a line does.
# Seen: of the line ".signature", which the server sends as "..signature", the mail has "..signature". With "+OK 6" and "3 octets\r\n" in
#   two reads the mail begins with "OK 63 octets", and its first header is no header. poplib has the message as it was, both times.
# Why it matters: signatures (DKIM, S/MIME, PGP) over such mails fail, and attachments in text have a dot too many; the other comes once in
#   a while, when a server writes in small pieces.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts yapople@0.4.10 >npm.log 2>&1

cat > find.mjs <<'JS'
import { execFile } from "child_process";
import { once } from "events";
import net from "net";
import { promisify } from "util";
import yapople from "yapople";

const PYTHON = `import poplib, sys
box = poplib.POP3("127.0.0.1", int(sys.argv[1]), timeout=10)
box.user("jo"); box.pass_("secret")
print(b"\\r\\n".join(box.retr(1)[1]).decode())`;
const MAIL = "Subject: hello\r\n\r\ntext\r\n..signature\r\n.\r\n";
for (const pieces of [[`+OK 63 octets\r\n${MAIL}`], ["+OK 6", `3 octets\r\n${MAIL}`]]) {
  const server = net.createServer((socket) => {
    socket.setNoDelay(true);
    socket.write("+OK ready\r\n");
    socket.on("data", async (data) => {
      if (!/^RETR/.test(data)) return socket.write(/^STAT/.test(data) ? "+OK 1 63\r\n" : "+OK\r\n");
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    });
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  const client = new yapople.Client({ host: "127.0.0.1", port, username: "jo", password: "secret" });
  await client.connect();
  const [mail] = (await client.retrieve([1])).filter(Boolean);
  console.log(`yapople: ${JSON.stringify(mail.toString())}`);
  const { stdout } = await promisify(execFile)("python3", ["-W", "ignore", "-c", PYTHON, port], { timeout: 20000 });
  console.log(`poplib: ${JSON.stringify(stdout.trimEnd())}`);
  await client.quit();
  server.close();
}
process.exit();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
yapople: "Subject: hello\r\n\r\ntext\r\n..signature"
poplib: "Subject: hello\r\n\r\ntext\r\n.signature"
yapople: "OK 63 octets\r\nSubject: hello\r\n\r\ntext\r\n..signature"
poplib: "Subject: hello\r\n\r\ntext\r\n.signature"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
