#!/bin/bash
# email-domain-check: a mail server whose name has capitals in DNS is not among those that the domain's own policy for TLS allows.
#
# Versions: email-domain-check 2.0.5 (npm), Node.js.
# Expected: its documentation: "MTA-STS support (RFC 8461)", with isMxAllowed() for a host and a policy. RFC 8461, section 4.1: a host is valid if its
#   name matches one of the policy's patterns; RFC 4343: names in DNS are compared without regard to case, and servers give them as they were entered.
# Seen: for a policy with mx.example.org the host mx.example.org is allowed, MX.example.org is not. With *.mail.example.org it is the same, and for a
#   policy in capitals the other way round.
# Why it matters: the policy is there to say which servers TLS is enforced for. A sender that goes by this delivers no mail at all to a domain that
#   has capitals in one of the two places, while other senders do.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts email-domain-check@2.0.5 >npm.log 2>&1

cat > find.mjs <<'JS'
import { isMxAllowed } from "email-domain-check";

const policy = (mx) => ({ version: "STSv1", mode: "enforce", mx: [mx], max_age: 86400 });
const seen = [];
for (const [host, pattern] of [
    ["mx.example.org", "mx.example.org"],
    ["MX.example.org", "mx.example.org"],
    ["a.mail.example.org", "*.mail.example.org"],
    ["a.Mail.example.org", "*.mail.example.org"],
    ["mx.example.org", "MX.example.org"],
]) {
    seen.push(isMxAllowed(host, policy(pattern)));
    console.log(`host ${host}, policy ${pattern}: ${seen.at(-1)}`);
}
process.exit(seen.join() === "true,false,true,false,false" ? 0 : 1);
JS
node find.mjs || { echo "CHANGED: see above"; exit 1; }
