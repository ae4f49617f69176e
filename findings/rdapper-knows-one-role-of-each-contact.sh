#!/bin/bash
# rdapper: whoever is registrant and technical contact at once is not the technical one, the registrar's abuse desk is missing, and so is
# the street.
#
# Versions: rdapper 0.16.4 (npm), Node.js.
# Expected: RFC 9083, section 5.1: an entity has "roles", an array, and entities of its own; its examples have one entity with several
#   roles. RFC 7095, section 3.3.1.3: a component of an address may be an array of several values; section 3.3.1.4, and RFC 9083's own
#   example: an address without a structure is in the parameter "label". Its documentation: contacts of the types "registrant", "admin",
#   "tech", "billing", "abuse" and more.
# Seen: of an entity with the roles registrant and technical there is one contact, "registrant"; the abuse desk, an entity of the
#   registrar's, is not there. The street ["1 Example Street", "Floor 2"] is not there, while one as a text is, and of an address in "label"
#   nothing.
# Why it matters: registries name one person for all. Who looks for the one to tell of a fault or of abuse finds nobody.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rdapper@0.16.4 >npm.log 2>&1

cat > find.mjs <<'JS'
import { lookup } from "rdapper";

const card = (name, ...more) => ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name], ...more]];
const address = (street) => ["adr", {}, "text", ["", "", street, "Exampletown", "", "12345", "DE"]];
const label = ["adr", { label: "1 Example Street\nExampletown" }, "text", ["", "", "", "", "", "", ""]];

async function contacts(...entities) {
  const domain = { objectClassName: "domain", ldhName: "example.org", status: ["active"], events: [], nameservers: [], entities };
  const { record } = await lookup("example.org", {
    rdapOnly: true,
    customBootstrapData: { version: "1.0", publication: "2026-01-01T00:00:00Z", services: [[["org"], ["https://rdap.example.org/"]]] },
    customFetch: async () => new Response(JSON.stringify(domain), { headers: { "Content-Type": "application/rdap+json" } }),
  });
  const seen = (record.contacts ?? []).map(({ type, name, street, city }) => `${type} ${name}, street ${JSON.stringify(street)}, city ${city}`);
  return `[${seen.join("; ")}]`;
}

const abuse = { objectClassName: "entity", roles: ["abuse"], vcardArray: card("Desk", ["email", {}, "text", "abuse@example.org"]) };
const registrar = { objectClassName: "entity", roles: ["registrar"], vcardArray: card("Registrar"), entities: [abuse] };
for (const [what, ...entities] of [
  ["one role", { objectClassName: "entity", roles: ["registrant"], vcardArray: card("Jo", address("1 Example Street")) }],
  ["another role", { objectClassName: "entity", roles: ["technical"], vcardArray: card("Jo", address("1 Example Street")) }],
  ["both roles", { objectClassName: "entity", roles: ["registrant", "technical"], vcardArray: card("Jo", address("1 Example Street")) }],
  ["a street of two lines", { objectClassName: "entity", roles: ["registrant"], vcardArray: card("Jo", address(["1 Example Street", "Floor 2"])) }],
  ["a label", { objectClassName: "entity", roles: ["registrant"], vcardArray: card("Jo", label) }],
  ["an abuse desk", abuse],
  ["an abuse desk of the registrar", registrar],
]) {
  console.log(`${what}: ${await contacts(...entities)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
one role: [registrant Jo, street ["1 Example Street"], city Exampletown]
another role: [tech Jo, street ["1 Example Street"], city Exampletown]
both roles: [registrant Jo, street ["1 Example Street"], city Exampletown]
a street of two lines: [registrant Jo, street undefined, city Exampletown]
a label: [registrant Jo, street undefined, city undefined]
an abuse desk: [abuse Desk, street undefined, city undefined]
an abuse desk of the registrar: []
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
