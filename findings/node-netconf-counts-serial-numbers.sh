#!/bin/bash
# node-netconf: "0012" is 12, "1e5" is 1, and a counter of 64 bits is another number; a reply whose names have a prefix never comes.
#
# Versions: node-netconf 1.1.2, ssh2 1.17.0 (npm), Node.js.
# Expected: RFC 6241, section 4.2: the reply carries data of a data model, whose leaves of type string are strings; RFC 7950, section 9.2:
#   uint64 has all values up to 18446744073709551615. RFC 6241, section 3.1, and XML Namespaces: <nc:rpc-reply
#   xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"> is the same element as <rpc-reply xmlns="...">, and the value of an attribute may
#   stand in single quotes.
# Seen: each text becomes a number if it looks like one: a name "0012" gives 12, a serial number "1e5" gives 1, "18446744073709551615" gives
#   18446744073709552000. The callback for a reply with prefix "nc", or with message-id in single quotes, is not called in five seconds.
# Why it matters: what one reads and writes back renames interfaces, VLANs and users. The texts cannot be told from numbers afterwards.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-netconf@1.1.2 ssh2@1.17.0 >npm.log 2>&1

cat > find.js <<'JS'
const { generateKeyPairSync } = require("crypto");
const ssh2 = require("ssh2");
const netconf = require("node-netconf");

const NS = "urn:ietf:params:xml:ns:netconf:base:1.0";
const END = "\n]]>]]>\n";
const DATA = "<data><name>0012</name><serial>1e5</serial><octets>18446744073709551615</octets><mode>up</mode></data>";
const replies = {
  plain: (id) => `<rpc-reply message-id="${id}" xmlns="${NS}">${DATA}</rpc-reply>`,
  prefix: (id) => `<nc:rpc-reply message-id="${id}" xmlns:nc="${NS}">${DATA.replace(/(<\/?)/g, "$1nc:")}</nc:rpc-reply>`,
  quotes: (id) => `<rpc-reply message-id='${id}' xmlns='${NS}'>${DATA}</rpc-reply>`,
};
const hostKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" });

// The answer to one request, from a server whose replies look like this.
const ask = (reply) => new Promise((resolve) => {
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connection.on("error", () => {});
    connection.on("authentication", (context) => context.accept());
    connection.on("session", (accept) => accept().on("subsystem", (acceptSubsystem) => {
      const stream = acceptSubsystem();
      stream.write(`<hello xmlns="${NS}"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities>`
        + `<session-id>4</session-id></hello>${END}`);
      let data = "";
      stream.on("data", (chunk) => {
        data += chunk;
        const request = data.match(/<rpc message-id="(\d+)"[^]*\]\]>\]\]>/);
        if (!request) return;
        data = "";
        stream.write(reply(request[1]) + END);
      });
    }));
  });
  server.listen(0, "127.0.0.1", () => {
    const client = new netconf.Client({ host: "127.0.0.1", port: server.address().port, username: "jo", password: "secret" });
    client.open((error) => {
      if (error) throw error;
      setTimeout(() => resolve("no answer in five seconds"), 5000);
      client.rpc("get", (failed, message) => resolve(failed ? failed.message : message.rpc_reply.data));
    });
  });
});
(async () => {
  const seen = {};
  for (const name in replies) {
    seen[name] = await ask(replies[name]);
    console.log(`${name}:`, seen[name]);
  }
  const expected = {
    plain: { name: 12, serial: 1, octets: 18446744073709552000, mode: "up" },
    prefix: "no answer in five seconds",
    quotes: "no answer in five seconds",
  };
  process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
})();
JS
timeout 60 node find.js || { echo "CHANGED: see above"; exit 1; }
