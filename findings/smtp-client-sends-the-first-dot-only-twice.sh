#!/bin/bash
# smtp-client: of lines that start with a dot only the first arrives whole, and where the server names no limit every size is too large.
#
# Versions: smtp-client 0.4.0 (npm), Node.js; a server of the script's, Python 3.11.
# Expected: RFC 5321, section 4.5.2: before each line that starts with a period the client inserts another, which the server takes away. RFC 1870, section
#   4: a server that announces no SIZE, "SIZE" or "SIZE 0" has no fixed limit. RFC 5321, section 4.5.5: the null sender is "<>".
# Seen: the message ".first\r\n.second\r\n.third" is sent as "..first", ".second", ".third", so that it arrives as ".first", "second", "third". With
#   sourceSize, data() raises "Message size exceeds the allowable limit (0 bytes)" for any size when the server names none. mail() without a sender, whose
#   default is null, sends "MAIL FROM:<null>".
# Why it matters: patches, scripts and lists in plain text lose their dots on the way, and attachments of some encodings are damaged. Give the message with
#   the dots doubled, all but that of the first line that starts with one; leave sourceSize out; give from: "".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts smtp-client@0.4.0 >npm.log 2>&1

cat > client.js <<'JS'
const { SMTPClient } = require("smtp-client");

(async () => {
  const client = new SMTPClient({ host: "127.0.0.1", port: Number(process.argv[2]) });
  await client.connect();
  await client.ehlo({ hostname: "client.example" });
  await client.mail();
  await client.rcpt({ to: "you@example.org" });
  let error = null;
  try {
    await client.data("Hello", { sourceSize: 5 });
  } catch ({ message }) {
    error = message;
  }
  await client.data(".first\r\n.second\r\n.third");
  await client.quit();
  console.log(JSON.stringify(error));
})();
JS
cat > find.py <<'PY'
import json
import socket
import subprocess
import sys

listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(20)
client = subprocess.Popen(["node", "client.js", str(listener.getsockname()[1])], stdout=subprocess.PIPE, text=True)
try:
    connection = listener.accept()[0]
    connection.settimeout(20)
    sender, body = None, []
    with connection, connection.makefile("rw", newline="\r\n", encoding="ascii") as file:

        def answer(text):
            file.write(text + "\r\n")
            file.flush()

        answer("220 server.example")
        for line in file:
            command = line.rstrip("\r\n")
            if command.startswith("MAIL"):
                sender = command
            if command == "DATA":
                answer("354 go on")
                for part in file:
                    if part == ".\r\n":
                        break
                    body.append(part.rstrip("\r\n").removeprefix("."))
            answer("221 bye" if command == "QUIT" else "250 server.example" if command.startswith("EHLO") else "250 OK")
            if command == "QUIT":
                break
    error = json.loads(client.communicate(timeout=20)[0])
finally:
    client.kill()
    client.wait()
print(f"sender: {sender}; lines that arrive: {body}; with a size: {error}")
same = sender == "MAIL FROM:<null>" and body == [".first", "second", "third"]
sys.exit(not (same and error == "Message size exceeds the allowable limit (0 bytes)"))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
