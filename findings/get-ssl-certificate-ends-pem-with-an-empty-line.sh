#!/bin/bash
# get-ssl-certificate: of one certificate in sixteen the PEM that it returns cannot be read by OpenSSL, Node.js or Python.
#
# Versions: get-ssl-certificate 2.3.3 (npm), Node.js, OpenSSL 3.0, Python 3.11.
# Expected: RFC 7468, sections 2 and 3: whoever writes PEM writes lines of 64 letters and a last one of 1 to 64, and then the END line. The
#   package's documentation has certificate.pemEncoded.
# Seen: if the length of the base64 is a multiple of 64, there is an empty line in front of the END line, and all three refuse the text. That is
#   so where the certificate's length, rounded up to a multiple of 3, is one of 48. The others are read.
# Why it matters: certificates that a program saves or trusts this way work for fifteen servers, and not for the next, or no longer after a
#   renewal. Write the PEM from `raw` yourself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts get-ssl-certificate@2.3.3 >npm.log 2>&1

# Each is two octets longer than the one before.
openssl genrsa -out key.pem 2048 2>openssl.log
for length in $(seq 1 30); do
    openssl req -x509 -key key.pem -set_serial 1 -days 30 -subj "/CN=localhost/O=$(printf "%${length}s" '' | tr ' ' x)" -out "$length.pem" 2>openssl.log
done

cat > find.js <<'JS'
const fs = require("fs");
const https = require("https");
const { X509Certificate } = require("crypto");
const { get } = require("get-ssl-certificate");

const files = fs.readdirSync(".").filter((name) => /^\d+\.pem$/.test(name));
const server = https.createServer((_, response) => response.end());
server.listen(0, "127.0.0.1", async () => {
  const outcomes = new Set();
  for (const file of files) {
    server.setSecureContext({ key: fs.readFileSync("key.pem"), cert: fs.readFileSync(file) });
    const { raw, pemEncoded } = await get("127.0.0.1", 5000, server.address().port);
    const kind = raw.toString("base64").length % 64 === 0 ? "multiple of 64" : "other length";
    let result = "read";
    try {
      new X509Certificate(pemEncoded);
    } catch (error) {
      result = error.code;
    }
    outcomes.add(`${kind}: empty line ${/\n\n/.test(pemEncoded)}, Node.js: ${result}`);
    fs.writeFileSync(`${kind}.txt`, pemEncoded + "\n");
  }
  server.close();
  console.log([...outcomes].sort().join("\n"));
});
JS
timeout 60 node find.js | tee seen
for kind in "multiple of 64" "other length"; do
    openssl x509 -in "$kind.txt" -noout 2>openssl.log && result=read || result=refused
    echo "$kind, OpenSSL: $result"
    python3 -c "import ssl; ssl.create_default_context(cafile='$kind.txt')" 2>python.log && result=read || result=refused
    echo "$kind, Python: $result"
done | tee -a seen
cat > expected <<'TEXT'
multiple of 64: empty line true, Node.js: ERR_OSSL_ASN1_WRONG_TAG
other length: empty line false, Node.js: read
multiple of 64, OpenSSL: refused
multiple of 64, Python: refused
other length, OpenSSL: read
other length, Python: read
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
