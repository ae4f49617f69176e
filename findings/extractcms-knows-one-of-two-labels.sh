#!/bin/bash
# @lapo/extractcms: a CMS message in PEM cannot be read if its label is "CMS".
#
# Versions: @lapo/extractcms 1.0.4 (npm), Node.js, OpenSSL 3.0 to make the messages and to read them.
# Expected: RFC 7468, section 9: the label for CMS is "CMS"; section 8: "PKCS7" is its predecessor, for the same structure. `openssl cms` writes the
#   first, `openssl smime` the second. Its documentation: "Does support DER, PEM and bare Base64 input".
# Seen: one message, signed once, in four forms. DER, "PKCS7" and bare base64 give the content. With "CMS" it raises "Could not decode ASN.1
#   structure.": it does not see the lines and takes their letters for base64.
# Why it matters: the label that the standard recommends is the one that does not work, and the error accuses the bytes, which are right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @lapo/extractcms@1.0.4 >npm.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=signer" \
    -keyout key.pem -out cert.pem 2>openssl.log
printf 'the content' > content.txt
openssl cms -sign -in content.txt -signer cert.pem -inkey key.pem -nodetach -binary -outform DER -out der
openssl cms -inform DER -in der -cmsout -outform PEM -out cms.pem
openssl pkcs7 -inform DER -in der -out pkcs7.pem
sed '/-----/d' cms.pem > base64.txt
for file in cms.pem pkcs7.pem; do
    openssl cms -verify -noverify -inform PEM -in $file 2>openssl.log | grep -q "the content"
    head -1 $file
done

cat > find.js <<'JS'
const fs = require("fs");
const CMS = require("@lapo/extractcms");

const seen = ["der", "base64.txt", "pkcs7.pem", "cms.pem"].map((name) => {
    let result;
    try {
        result = CMS.extract(fs.readFileSync(name)).toString();
    } catch (error) {
        result = error.message;
    }
    console.log(`${name}: ${result}`);
    return result;
});
const content = "the content";
const expected = [content, content, content, "Could not decode ASN.1 structure."];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
