#!/bin/bash
# newsie: a folded header of an article becomes two, one of them with part of a message identifier as its name, and letters break between TLS records.
#
# Versions: newsie 1.2.1 (npm), Node.js; Python 3.11 with its email package to compare with, and openssl.
# Expected: RFC 5536, section 2.2, and RFC 3977, section 3.6: headers may be folded, and a line that begins with a blank or a tabulator
#   continues the one before. Headers may be there several times. RFC 3977, section 3.1: texts are in UTF-8; a line may come in any number
#   of pieces.
# Seen: of References with three identifiers on three lines the header has the first; the second and the third are headers of their own,
#   called " <B@EXAMPLE.ORG" and "\t<C@EXAMPLE.ORG". Of two Archived-At the last is left. If a TLS record ends within "ü", there are two
#   U+FFFD instead.
# Why it matters: References is folded in every longer thread: readers lose the thread. Which letters break depends on the network.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts newsie@1.2.1 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 30 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost 2>openssl.log

cat > find.mjs <<'JS'
import { once } from "events";
import fs from "fs";
import tls from "tls";
import newsie from "newsie";

const Client = newsie.default ?? newsie;
const lines = ["From: Jo <jo@example.org>", "References: <a@example.org>", " <b@example.org>", "\t<c@example.org>", "Archived-At: <https://example.org/1>",
  "Archived-At: <https://example.org/2>", "Subject: Gr\u00fc\u00dfe", "", "Gr\u00fc\u00dfe", ""];
const article = Buffer.from(lines.join("\r\n"));
fs.writeFileSync("article", article);
const answer = Buffer.concat([Buffer.from("220 1 <d@example.org>\r\n"), article, Buffer.from(".\r\n")]);
const middle = answer.lastIndexOf(Buffer.from("\u00fc")) + 1;

const server = tls.createServer({ key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") }, (socket) => {
  socket.on("error", () => {});
  socket.write("200 ready\r\n");
  socket.on("data", (data) => {
    if (!String(data).startsWith("ARTICLE")) return;
    socket.write(answer.subarray(0, middle));
    setTimeout(() => socket.write(answer.subarray(middle)), 300);
  });
});
server.listen(0, "localhost");
await once(server, "listening");
const client = new Client({ host: "localhost", port: server.address().port, tlsPort: true, tlsOptions: { ca: fs.readFileSync("cert.pem") } });
await client.connect();
const got = (await client.article(1)).article;
for (const name in got.headers) console.log(`${JSON.stringify(name)}: ${JSON.stringify(got.headers[name])}`);
console.log(JSON.stringify(got.body));
process.exit(0);
JS
cat > compare.py <<'PY'
import email
import email.policy

with open("article", "rb") as file:
    message = email.message_from_binary_file(file, policy=email.policy.default)
print(f"Python: References {message['references'].split()}, {len(message.get_all('archived-at'))} Archived-At")
PY
{ timeout 60 node find.mjs; python3 compare.py; } | tee seen
cat > expected <<'TEXT'
"FROM": "Jo <jo@example.org>"
"REFERENCES": "<a@example.org>"
" <B@EXAMPLE.ORG": "<b@example.org>"
"\t<C@EXAMPLE.ORG": "<c@example.org>"
"ARCHIVED-AT": "<https://example.org/2>"
"SUBJECT": "Grüße"
["Gr��ße"]
Python: References ['<a@example.org>', '<b@example.org>', '<c@example.org>'], 2 Archived-At
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
