#!/bin/bash
# simple-ldap-search: "+4930123456" loses its plus sign, times of Active Directory and long numbers change their last digits, and TRUE is no
#   text.
#
# Versions: simple-ldap-search 3.1.2 with ldapjs 2.3.3 for the server (npm), Node.js.
# Expected: RFC 4517, section 3.3.31: a telephone number is a string, as E.123 writes it, with a plus sign; 3.3.16: an INTEGER has no limit;
#   3.3.6: a directory string "TRUE" is these four letters. RFC 4519, section 2.31: serialNumber is a string too.
# Seen: telephoneNumber +4930123456 comes back as the number 4930123456, pwdLastSet 133775712000000001 as 133775712000000000, accountExpires
#   9223372036854775807 as 9223372036854776000, serialNumber 12345678901234567890 as 12345678901234567000, and the family name TRUE as true.
#   ldapjs itself gives the text of each. Nothing switches this off.
# Why it matters: calls go to another number, and an account is looked up, compared or written back with a value that it does not have.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts simple-ldap-search@3.1.2 ldapjs@2.3.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import { once } from "events";
import ldap from "ldapjs";
import Search from "simple-ldap-search";

const attributes = {
  objectclass: ["person"],
  sn: "TRUE",
  telephonenumber: "+4930123456",
  pwdlastset: "133775712000000001",
  accountexpires: "9223372036854775807",
  serialnumber: "12345678901234567890",
};
const server = ldap.createServer();
server.bind("cn=root", (request, response) => response.end());
server.search("dc=example,dc=org", (request, response) => {
  response.send({ dn: "cn=jo,dc=example,dc=org", attributes });
  response.end();
});
server.listen(0, "127.0.0.1");
await once(server.server ?? server, "listening");
const url = `ldap://127.0.0.1:${server.address().port}`;
const search = new Search({ url, base: "dc=example,dc=org", dn: "cn=root", password: "secret" });
const [seen] = await search.search("(objectclass=person)");
const client = ldap.createClient({ url });
const right = await new Promise((resolve) => {
  client.search("dc=example,dc=org", { scope: "sub" }, (_, found) => found.on("searchEntry", (entry) => resolve(entry.object)));
});
for (const name of Object.keys(attributes).slice(1)) {
  console.log(`${name}: ${JSON.stringify(seen[name])}, ldapjs: ${JSON.stringify(right[name])}`);
}
process.exit();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
sn: true, ldapjs: "TRUE"
telephonenumber: 4930123456, ldapjs: "+4930123456"
pwdlastset: 133775712000000000, ldapjs: "133775712000000001"
accountexpires: 9223372036854776000, ldapjs: "9223372036854775807"
serialnumber: 12345678901234567000, ldapjs: "12345678901234567890"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
