#!/bin/bash
# odata-batch: one deletion or change that is answered with 204 makes an error of the whole batch, and a text with "boundary=" hides its
#   answer.
#
# Versions: odata-batch 2.0.0 (npm), Node.js; the email package of Python 3.11 to compare with.
# Expected: OData 4.01, part 1, sections 11.4.3 to 11.4.5 (and OData 2.0, Operations): PATCH, PUT and DELETE are answered with 204 No
#   Content, a response without a body; RFC 2046, section 5.1: the parameters of a part stand in its header. Its documentation: send() gives
#   "one entry per call, in order".
# Seen: SyntaxError "Unexpected end of JSON input" for a batch of 200 and 204: neither answer is there. Of two answers with 200, the second
#   of which holds the text "boundary=x" in its JSON, one comes back. A body with an empty line in its JSON is a SyntaxError too.
# Why it matters: the calls were carried out, and the program hears of a failure: it sends them again. The default responses are JSON.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts odata-batch@2.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { execFileSync } from "child_process";
import { once } from "events";
import http from "http";
import batch from "odata-batch";

const PYTHON = "import email, sys; print(len(email.message_from_bytes(sys.stdin.buffer.read()).get_payload()))";
const PART = "--r\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";
const answer = (status, body) => `${PART}HTTP/1.1 ${status}\r\nDataServiceVersion: 2.0\r\n\r\n${body}\r\n`;
let text;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(202, { "content-type": "multipart/mixed; boundary=r" }).end(text);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
for (const [name, ...answers] of [
  ["two with content", ["200 OK", '{"a":1}'], ["200 OK", '{"a":2}']],
  ["one without content", ["200 OK", '{"a":1}'], ["204 No Content", ""]],
  ['the text "boundary=x"', ["200 OK", '{"a":1}'], ["200 OK", '{"a":"boundary=x"}']],
  ["an empty line", ["200 OK", '{"a":1,\r\n\r\n"b":2}'], ["200 OK", '{"a":2}']],
]) {
  text = `${answers.map(([status, body]) => answer(status, body)).join("")}--r--\r\n`;
  const url = `http://127.0.0.1:${server.address().port}/$batch`;
  const calls = answers.map((_, number) => ({ method: "PUT", url: `/Candidates('${number}')`, data: {} }));
  let seen;
  try {
    seen = (await new batch.ODataBatch({ url, auth: "jo:secret", calls }).send()).map(({ code, data }) => [code, data]);
  } catch (error) {
    seen = error.name;
  }
  const right = execFileSync("python3", ["-c", PYTHON], { input: `Content-Type: multipart/mixed; boundary=r\r\n\r\n${text}`, timeout: 20000 });
  console.log(`${name}: ${JSON.stringify(seen)}; Python has ${right.toString().trim()} parts`);
}
server.close();
server.closeAllConnections();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
two with content: [["200",{"a":1}],["200",{"a":2}]]; Python has 2 parts
one without content: "SyntaxError"; Python has 2 parts
the text "boundary=x": [["200",{"a":1}]]; Python has 2 parts
an empty line: "SyntaxError"; Python has 2 parts
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
