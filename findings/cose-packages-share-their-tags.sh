#!/bin/bash
# @auth0/cose and cose-kit: as soon as both are loaded, one of them reads no message any more, its own included.
#
# Versions: @auth0/cose 1.0.2, cose-kit 1.7.1 (npm), with the one cbor-x that npm installs for both, Node.js.
# Expected: an import changes nothing for other modules. RFC 9052, section 2: tag 18 is a COSE_Sign1, for whomever.
# Seen: both register a class of theirs for the tag with cbor-x, whose addExtension() holds for the process. The last one imported wins: after cose-kit,
#   which nobody needs to use, @auth0/cose's Sign1.decode() of a tagged message ends in "Unexpected CBOR tag. Expected tag 18 (Sign1) but got undefined".
#   Without the tag it reads the message. In the other order cose-kit is the one that fails.
# Why it matters: a credential wallet or a login has both in its tree easily, through others. What fails depends on the order of imports, which bundlers
#   and formatters change. Cut the tag off (the first byte, 0xd2), or give one of them a cbor-x of its own.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @auth0/cose@1.0.2 cose-kit@1.7.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import crypto from "node:crypto";

const modules = {};
for (const name of process.argv.slice(2)) modules[name] = await import(name);

// A COSE_Sign1 with the tag, signed without either package.
const { privateKey, publicKey } = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
const start = Buffer.from("a10126", "hex");
const signed = Buffer.concat([Buffer.from([0x84, 0x6a]), Buffer.from("Signature1"), Buffer.from([0x43]), start, Buffer.from([0x40, 0x45]), Buffer.from("hello")]);
const signature = crypto.sign("sha256", signed, { key: privateKey, dsaEncoding: "ieee-p1363" });
const message = Buffer.concat([Buffer.from([0xd2, 0x84, 0x43]), start, Buffer.from([0xa0, 0x45]), Buffer.from("hello"), Buffer.from([0x58, 0x40]), signature]);

const verify = {
  "@auth0/cose": ({ Sign1 }, bytes) => Sign1.decode(bytes).verify(publicKey),
  "cose-kit": async ({ coseVerify }, bytes) => {
    if (!(await coseVerify(bytes, publicKey)).isValid) throw new Error("not valid");
  },
};
const seen = [];
for (const [name, module] of Object.entries(modules)) {
  const result = [];
  for (const bytes of [message, message.subarray(1)]) {
    try {
      await verify[name](module, bytes);
      result.push("valid");
    } catch (error) {
      result.push(error.message);
    }
  }
  seen.push(`${name}: tagged: ${result[0]}; without the tag: ${result[1]}`);
}
console.log(seen.sort().join("\n"));
JS
expect() {
    node find.mjs $1 > seen.txt
    echo "imports: $1"
    cat seen.txt
    [ "$(cat seen.txt)" = "$2" ] || { echo "CHANGED: see above, expected $2"; exit 1; }
}
expect "@auth0/cose" "@auth0/cose: tagged: valid; without the tag: valid"
expect "cose-kit" "cose-kit: tagged: valid; without the tag: valid"
expect "@auth0/cose cose-kit" "@auth0/cose: tagged: Unexpected CBOR tag. Expected tag 18 (Sign1) but got undefined; without the tag: valid
cose-kit: tagged: valid; without the tag: valid"
expect "cose-kit @auth0/cose" "@auth0/cose: tagged: valid; without the tag: valid
cose-kit: tagged: unknown COSE type; without the tag: valid"
