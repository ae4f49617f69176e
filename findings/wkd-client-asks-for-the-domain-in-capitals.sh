#!/bin/bash
# @openpgp/wkd-client: for an address with capitals in its domain it asks for a path that servers do not have, and for "Ö" for the hash of "ö".
#
# Versions: @openpgp/wkd-client 0.0.4 (npm), Node.js, GnuPG 2.2.40 (Debian 12: gpg) for comparison.
# Expected: draft-koch-openpgp-webkey-service, section 3.1: the key of Joe.Doe@Example.ORG is at https://openpgpkey.example.org/.well-known/openpgpkey/
#   example.org/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe; capitals in ASCII become small letters, and other letters stay. The path of a URL is
#   case-sensitive (RFC 3986, section 6.2.2.1).
# Seen: the request is for /.well-known/openpgpkey/Example.ORG/hu/...; a server that has the key where the draft has it answers 404. Of JÖRG@example.org
#   the hash is that of "jörg"; GnuPG, which publishes keys, has that of "jÖrg".
# Why it matters: addresses are typed with capitals, and the key is "not found", though it is there. Pass addresses with small letters in the domain.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @openpgp/wkd-client@0.0.4 >npm.log 2>&1

cat > find.js <<'JS'
const addresses = ["Joe.Doe@Example.ORG", "Joe.Doe@example.org", "JÖRG@example.org"];
const there = "/.well-known/openpgpkey/example.org/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q";
const seen = [];

// The server of the draft's example.
globalThis.fetch = async (text) => {
  const { hostname, pathname } = new URL(text);
  seen.push(pathname);
  const found = hostname === "openpgpkey.example.org" && pathname === there;
  return { status: found ? 200 : 404, statusText: found ? "OK" : "Not Found", arrayBuffer: async () => new ArrayBuffer(4) };
};
const WKD = require("@openpgp/wkd-client");

(async () => {
  for (const email of addresses) {
    seen.length = 0;
    const result = await new WKD().lookup({ email }).then(() => "found", (error) => error.message);
    console.log(`${email}: ${seen[0]}: ${result}`);
  }
})();
JS
timeout 60 node find.js | tee seen

mkdir -m 700 keys
for address in Joe.Doe@Example.ORG JÖRG@example.org; do
    gpg --homedir keys --batch --quiet --passphrase '' --quick-generate-key "$address" ed25519 sign never 2>gpg.log
done
gpg --homedir keys --batch --quiet --with-wkd-hash --list-keys 2>gpg.log | sed -n 's/^ *\([a-z0-9]*@[a-zA-Z.]*\)$/GnuPG: \1/p' | tee -a seen
gpgconf --homedir keys --kill all
cat > expected <<'TEXT'
Joe.Doe@Example.ORG: /.well-known/openpgpkey/Example.ORG/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q: Direct WKD lookup failed: Not Found
Joe.Doe@example.org: /.well-known/openpgpkey/example.org/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q: found
JÖRG@example.org: /.well-known/openpgpkey/example.org/hu/h8ghzysw1a49fnopr45hii67zzgshjt8: Direct WKD lookup failed: Not Found
GnuPG: iy9q119eutrkn8s1mk4r39qejnbu3n5q@example.org
GnuPG: bgifsmeax51qqiuh9daxiy3ss4aod6xp@example.org
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
