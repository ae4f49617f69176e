#!/bin/bash
# dhcpd-leases: one lease that never ends, or the server's own option for times that need no calendar, and the whole file is refused.
#
# Versions: dhcpd-leases 0.1.2 (npm), Node.js.
# Expected: dhcpd.leases(5), which its documentation names as the format: "If a lease will never expire, date is never instead of an actual
#   date"; with "db-time-format local;" in dhcpd.conf times are "epoch <seconds-since-epoch>; # <day-name> <month-name> ...".
# Seen: a file with one lease with "ends never;" beside others gives nothing: "lease.ends (date) is required". Times written with "epoch":
#   "lease.starts (date) is required". Files without either are read.
# Why it matters: dhcpd writes "never" for each BOOTP client, printers and old phones among them, and for infinite leases: a dashboard of leases
#   works until the first of them comes, and then shows none at all.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts dhcpd-leases@0.1.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const read = createRequire(import.meta.url)("dhcpd-leases");

const lease = (ip, starts, ends) => [
  `lease ${ip} {`, `  starts ${starts};`, `  ends ${ends};`, "  binding state active;", "  hardware ethernet 00:00:5e:00:53:01;", "}", "",
].join("\n");
const usual = lease("192.0.2.1", "5 2015/05/15 02:09:16", "5 2015/05/15 02:19:16");
const never = lease("192.0.2.2", "5 2015/05/15 02:09:16", "never");
const epoch = lease("192.0.2.3", "epoch 1431655756", "epoch 1431656356").replace(/(epoch \d+;)/g, "$1 # Fri May 15 02:09:16 2015");
for (const [name, text] of Object.entries({ usual, "usual, never": usual + never, epoch })) {
  try {
    console.log(`${name}: ${read(text).map(({ ip, ends }) => `${ip} until ${ends.toISOString()}`).join(", ")}`);
  } catch (error) {
    console.log(`${name}: ${error.message}`);
  }
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
usual: 192.0.2.1 until 2015-05-15T02:19:16.000Z
usual, never: lease.ends (date) is required
epoch: lease.starts (date) is required
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
