#!/bin/bash
# @msimerson/stun: the IPv6 address that a STUN server has seen comes out as another one; and it and stun take the RFC's own test vectors for forged.
#
# Versions: @msimerson/stun 3.2.1, stun 2.1.0 (npm), Node.js; Python 3.11's hmac and zlib for comparison.
# Expected: RFC 8489, section 14.2: of XOR-MAPPED-ADDRESS for IPv6 the first four octets are combined with the magic cookie and the other twelve with
#   the transaction identifier. Section 14: padding "MUST be ignored by the receiver", and the sums (14.5 and 14.7) are over the message as it is, with
#   its padding. RFC 5389, section 15: the padding may have any value. RFC 5769, section 2, has messages that are padded with blanks, and one
#   with 2001:db8:1234:5678:11:2233:4455:6677 in it.
# Seen: @msimerson/stun decodes 2001:db8:a5d3:f179:bc25:f4b5:bed2:b9d9, as it leaves the transaction identifier out; stun has it right. For both
#   validateFingerprint() and validateMessageIntegrity() are false for all three vectors, and Python finds the sums right. The packages write the
#   message once more, with zeros as padding, and check that.
# Why it matters: a client learns an address that is not its own, and calls to it arrive nowhere. Agents that pad with something else are refused,
#   with the right password, over UDP as over TLS.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts stun@2.1.0 @msimerson/stun@3.2.1 >npm.log 2>&1

cat > check.py <<'PY'
import hashlib
import hmac
import json
import zlib

KEY = b"VOkJxbRl1RmTxUk/WvJxBt"
MESSAGES = {
    "request": "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36"
    "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf",
    "IPv4 response": "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a64300080014"
    "2b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96",
    "IPv6 response": "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5"
    "bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c",
}


def sums(message):
    start = message.index(bytes.fromhex("00080014"))
    covered = message[:2] + (start + 4).to_bytes(2, "big") + message[4:start]
    integrity = hmac.digest(KEY, covered, hashlib.sha1)
    whole = message[: start + 4] + integrity
    return whole + bytes.fromhex("80280004") + (zlib.crc32(whole) ^ 0x5354554E).to_bytes(4, "big")


messages = {}
for name, text in MESSAGES.items():
    message = bytes.fromhex(text)
    print(f"{name}, Python: {sums(message) == message}")
    messages[name] = text
    messages[f"{name}, zeros"] = sums(message.replace(b"vY   ", b"vY\0\0\0").replace(b"vector ", b"vector\0")).hex()
json.dump([KEY.decode(), messages], open("messages.json", "w"))
PY
cat > find.js <<'JS'
const [key, messages] = require("./messages.json");

for (const name of ["stun", "@msimerson/stun"]) {
  const stun = require(name);
  for (const [what, text] of Object.entries(messages)) {
    const message = stun.decode(Buffer.from(text, "hex"));
    const { address } = message.getXorAddress?.() ?? {};
    const valid = [stun.validateFingerprint(message), stun.validateMessageIntegrity(message, key)];
    console.log(`${what}, ${name}: ${address ?? "no address"}, fingerprint ${valid[0]}, integrity ${valid[1]}`);
  }
}
JS
python3 check.py | tee seen
timeout 60 node --no-deprecation find.js | tee -a seen
cat > expected <<'TEXT'
request, Python: True
IPv4 response, Python: True
IPv6 response, Python: True
request, stun: no address, fingerprint false, integrity false
request, zeros, stun: no address, fingerprint true, integrity true
IPv4 response, stun: 192.0.2.1, fingerprint false, integrity false
IPv4 response, zeros, stun: 192.0.2.1, fingerprint true, integrity true
IPv6 response, stun: 2001:db8:1234:5678:11:2233:4455:6677, fingerprint false, integrity false
IPv6 response, zeros, stun: 2001:db8:1234:5678:11:2233:4455:6677, fingerprint true, integrity true
request, @msimerson/stun: no address, fingerprint false, integrity false
request, zeros, @msimerson/stun: no address, fingerprint true, integrity true
IPv4 response, @msimerson/stun: 192.0.2.1, fingerprint false, integrity false
IPv4 response, zeros, @msimerson/stun: 192.0.2.1, fingerprint true, integrity true
IPv6 response, @msimerson/stun: 2001:db8:a5d3:f179:bc25:f4b5:bed2:b9d9, fingerprint false, integrity false
IPv6 response, zeros, @msimerson/stun: 2001:db8:a5d3:f179:bc25:f4b5:bed2:b9d9, fingerprint false, integrity false
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
