#!/bin/bash
# @xmpp/jid, node-xmpp-jid: an address that a server gave comes out as another address; and "a\40b" is taken for "a@b".
#
# Versions: @xmpp/jid 0.14.0, node-xmpp-jid 2.3.0, xmpp-jid 1.3.0 (npm), Node.js.
# Expected: XEP-0106 (JID Escaping), section 4.2 and example table: the backslash is escaped only where it begins one of the ten sequences:
#   the name "c:\net" is "c\3a\net", and "treville\40musketeers" is "treville\5c40musketeers". What is escaped already, as in each "from",
#   stays as it is.
# Seen: parse("c\3a\net@example.org").toString() gives "c\5c3a\5cnet@example.org", another account. The name "c:\net" is written
#   "c\3a\5cnet", and "treville\40musketeers" is not escaped at all, so that it means "treville@musketeers". xmpp-jid (another author) does
#   all of these as the XEP has it.
# Why it matters: who answers to a contact at a gateway (the XEP's purpose: names of mail, Windows or LDAP accounts) writes to nobody, or to
#   somebody else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @xmpp/jid@0.14.0 node-xmpp-jid@2.3.0 xmpp-jid@1.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import * as xmppjs from "@xmpp/jid";
import NodeXmppJID from "node-xmpp-jid";
import stanza from "xmpp-jid";

const packages = {
  "@xmpp/jid": { pass: (jid) => xmppjs.parse(jid).toString(), escape: (name) => xmppjs.jid(name, "example.org").local },
  "node-xmpp-jid": { pass: (jid) => new NodeXmppJID(jid).toString(), escape: (name) => new NodeXmppJID(name, "example.org").local },
  "xmpp-jid": { pass: (jid) => new stanza.JID(jid).full, escape: (name) => stanza.escape(name) },
};
const seen = {};
for (const [name, { pass, escape }] of Object.entries(packages)) {
  seen[name] = [
    pass("d\\27artagnan@example.org"),
    pass("c\\3a\\net@example.org"),
    escape("d'artagnan"),
    escape("c:\\net"),
    escape("treville\\40musketeers"),
  ];
  console.log(`${name}: ${seen[name].join("  ")}`);
}
const wrong = ["d\\27artagnan@example.org", "c\\5c3a\\5cnet@example.org", "d\\27artagnan", "c\\3a\\5cnet", "treville\\40musketeers"];
const right = ["d\\27artagnan@example.org", "c\\3a\\net@example.org", "d\\27artagnan", "c\\3a\\net", "treville\\5c40musketeers"];
process.exit(JSON.stringify(Object.values(seen)) === JSON.stringify([wrong, wrong, right]) ? 0 : 1);
JS
node find.mjs || { echo "CHANGED: see above"; exit 1; }
