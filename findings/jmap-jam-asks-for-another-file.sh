#!/bin/bash
# jmap-jam: names of attachments are put into the address as they are: "Offer #2.pdf" is asked for as "Offer ", and without its type.
#
# Versions: jmap-jam 0.13.1, url-template 3.1.1 to compare with (npm), Node.js.
# Expected: RFC 8620, section 2: downloadUrl is a "URI Template (level 1)" with the variables accountId, blobId, type and name. RFC 6570,
#   section 3.2.2: of a value each character that is not unreserved is percent-encoded. The template here is the one of the RFC's example.
# Seen: what a server is asked for by downloadBlob(). Of "Offer #2.pdf" all behind the number sign is lost, with the type in the query;
#   "Why?.pdf" ends at the question mark, "R&D/1.pdf" has a path more, "100%25.pdf" is "100%.pdf" for the server, and of the type
#   image/svg+xml the plus sign is a blank. With url-template the server gets each as it is.
# Why it matters: a server gives the file the name that it was asked for (section 6.2). Such attachments are not found, or are stored under
#   other names and with other types.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts jmap-jam@0.13.1 url-template@3.1.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import http from "http";
import { JamClient } from "jmap-jam";
import { parseTemplate } from "url-template";

let asked;
const server = http.createServer((request, response) => {
  const base = `http://127.0.0.1:${server.address().port}`;
  const downloadUrl = `${base}/download/{accountId}/{blobId}/{name}?accept={type}`;
  if (request.url === "/session") {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ apiUrl: `${base}/api`, downloadUrl }));
    return;
  }
  const { pathname, searchParams } = new URL(request.url, base);
  asked = `${JSON.stringify(pathname.split("/").slice(4).map(decodeURIComponent).join(" and "))}, type ${searchParams.get("accept")}`;
  response.end("hello");
});
server.listen(0, "127.0.0.1", async () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  const client = new JamClient({ sessionUrl: `${base}/session`, bearerToken: "token" });
  const { downloadUrl } = await (await fetch(`${base}/session`)).json();
  for (const [name, type] of [
    ["Offer.pdf", "application/pdf"],
    ["Offer #2.pdf", "application/pdf"],
    ["Why?.pdf", "application/pdf"],
    ["R&D/1.pdf", "application/pdf"],
    ["100%25.pdf", "application/pdf"],
    ["Logo.svg", "image/svg+xml"],
  ]) {
    await fetch(parseTemplate(downloadUrl).expand({ accountId: "a", blobId: "b", name, type }));
    const right = asked;
    await client.downloadBlob({ accountId: "a", blobId: "b", mimeType: type, fileName: name });
    console.log(`${name}: url-template ${right}; jmap-jam ${asked}`);
  }
  process.exit(0);
});
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
Offer.pdf: url-template "Offer.pdf", type application/pdf; jmap-jam "Offer.pdf", type application/pdf
Offer #2.pdf: url-template "Offer #2.pdf", type application/pdf; jmap-jam "Offer ", type null
Why?.pdf: url-template "Why?.pdf", type application/pdf; jmap-jam "Why", type null
R&D/1.pdf: url-template "R&D/1.pdf", type application/pdf; jmap-jam "R&D and 1.pdf", type application/pdf
100%25.pdf: url-template "100%25.pdf", type application/pdf; jmap-jam "100%.pdf", type application/pdf
Logo.svg: url-template "Logo.svg", type image/svg+xml; jmap-jam "Logo.svg", type image/svg xml
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
