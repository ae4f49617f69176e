#!/bin/bash
# express-parse-multipart: a part whose Content-Type comes first loses the whole form, and a third header becomes the type and puts a line break into the file.
#
# Versions: express-parse-multipart 1.1.2, @ssttevee/multipart-parser 0.1.9 to compare with (npm), Node.js.
# Expected: RFC 7578, section 4.8, and RFC 2045, section 3: the headers of a part may come in any order, and others than Content-Disposition
#   and Content-Type may be there, such as Content-Transfer-Encoding. RFC 2183, section 2: so may the parameters.
# Seen: with Content-Type in front of Content-Disposition an error is logged and req.formData is an empty list, the other fields of the form
#   included. With a third header, Content-Transfer-Encoding, the contents begin with CR LF, and if it stands in the middle the type of the
#   file is "binary". With filename in front of name the file has no filename. The other package reads all of them.
# Why it matters: the order is that of HTTP libraries, not of users: Apache's HttpClient writes three headers, others begin with the type.
#   The handler answers as if nothing had been sent.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts express-parse-multipart@1.1.2 @ssttevee/multipart-parser@0.1.9 >npm.log 2>&1

cat > find.mjs <<'JS'
import http from "http";
import { once } from "events";
import { parseMultipart } from "@ssttevee/multipart-parser";
import middleware from "express-parse-multipart";

const server = http.createServer((request, response) => {
  middleware(request, response, () => response.end(JSON.stringify(request.formData.map((part) => [part.name, part.filename, part.type, part.data.toString()]))));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.error = () => {};
const type = "Content-Type: text/plain";
const disposition = 'Content-Disposition: form-data; name="file"; filename="a.txt"';
const forms = {
  "usual": [disposition, type],
  "type first": [type, disposition],
  "three headers": [disposition, type, "Content-Transfer-Encoding: binary"],
  "three headers, type last": [disposition, "Content-Transfer-Encoding: binary", type],
  "filename first": ['Content-Disposition: form-data; filename="a.txt"; name="file"', type],
};
for (const what in forms) {
  const body = `--b\r\nContent-Disposition: form-data; name="field"\r\n\r\nvalue\r\n--b\r\n${forms[what].join("\r\n")}\r\n\r\ntext\r\n--b--\r\n`;
  const headers = { "Content-Type": "multipart/form-data; boundary=b" };
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`, { method: "POST", headers, body, signal: AbortSignal.timeout(9000) });
  console.log(`${what}: ${await answer.text()}`);
  const other = await parseMultipart(new Blob([body]).stream(), "b");
  console.log(`  the other: ${JSON.stringify(other.map((part) => [part.name, part.filename, part.contentType, new TextDecoder().decode(part.data)]))}`);
}
server.close();
server.closeAllConnections();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
usual: [["field",null,null,"value"],["file","a.txt","text/plain","text"]]
  the other: [["field",null,null,"value"],["file","a.txt","text/plain","text"]]
type first: []
  the other: [["field",null,null,"value"],["file","a.txt","text/plain","text"]]
three headers: [["field",null,null,"value"],["file","a.txt","text/plain","\r\ntext"]]
  the other: [["field",null,null,"value"],["file","a.txt","text/plain","text"]]
three headers, type last: [["field",null,null,"value"],["file","a.txt","binary","\r\ntext"]]
  the other: [["field",null,null,"value"],["file","a.txt","text/plain","text"]]
filename first: [["field",null,null,"value"],["file",null,"text/plain","text"]]
  the other: [["field",null,null,"value"],["file","a.txt","text/plain","text"]]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
