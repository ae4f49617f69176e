#!/bin/bash
# easy-ocsp: with the issuer at hand, a certificate that says where its OCSP responder is, but not where its issuer is, cannot be checked.
#
# Versions: easy-ocsp 1.3.0 (npm), Node.js, OpenSSL 3.0 as responder.
# Expected: RFC 5280, section 4.2.2.1: the authority information access extension may name an OCSP responder, the issuer's certificate, or
#   both. The documentation of easy-ocsp's `ca`: the issuer "will be downloaded from the issuer URL" if it is not provided; provided, no URL
#   is needed for it.
# Seen: getCertStatus(certificate, { ca }) ends in "Certificate does not contain issuer url" before anything is sent. With the same responder
#   given as `ocspUrl`, which the certificate names itself, the answer is "good".
# Why it matters: private CAs publish a responder and hand out their root by other means. The error asks for a URL that would never be
#   fetched, and sends the reader to the CA, which has done nothing wrong.
set -eu
work=$(mktemp -d)
responder=
trap 'kill $responder 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts easy-ocsp@1.3.0 >npm.log 2>&1
port=$(python3 -c 'import socket; sock = socket.socket(); sock.bind(("127.0.0.1", 0)); print(sock.getsockname()[1])')

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=Test CA" \
    -keyout ca.key -out ca.pem 2>openssl.log
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout key.pem -out csr.pem 2>openssl.log
printf 'authorityInfoAccess=OCSP;URI:http://127.0.0.1:%s/\n' "$port" > extensions
openssl x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -set_serial 4660 -days 30 -extfile extensions -out cert.pem 2>openssl.log
printf 'V\t491231235959Z\t\t1234\tunknown\t/CN=localhost\n' > index
openssl ocsp -index index -port "$port" -rsigner ca.pem -rkey ca.key -CA ca.pem >responder.log 2>&1 &
responder=$!
for _ in $(seq 50); do
    openssl ocsp -issuer ca.pem -cert cert.pem -url "http://127.0.0.1:$port/" -CAfile ca.pem >openssl.txt 2>openssl.log && break
    sleep 0.1
done

cat > find.js <<'JS'
const fs = require("fs");
const { getCertStatus } = require("easy-ocsp");

const [cert, ca] = ["cert.pem", "ca.pem"].map((name) => fs.readFileSync(name, "utf8"));

async function status(config) {
  try {
    return (await getCertStatus(cert, config)).status;
  } catch (error) {
    return error.message;
  }
}

(async () => {
  const openssl = fs.readFileSync("openssl.txt", "utf8").split("\n")[0];
  const seen = [await status({ ca }), await status({ ca, ocspUrl: `http://127.0.0.1:${process.argv[2]}/` })];
  console.log("openssl ocsp:                ", openssl);
  console.log("easy-ocsp, ca:               ", seen[0]);
  console.log("easy-ocsp, ca and ocspUrl:   ", seen[1]);
  process.exit(openssl === "cert.pem: good" && seen.join() === "Certificate does not contain issuer url,good" ? 0 : 1);
})();
JS
node find.js "$port" || { echo "CHANGED: see above"; exit 1; }
