#!/bin/bash
# syslogd (npm): what the sender calls a facility is the severity, and the other way round; a kernel's message has no severity at all.
#
# Versions: syslogd 1.1.2 (npm), Node.js.
# Expected: RFC 5424, section 6.2.1, and RFC 3164, section 4.1.1: the priority is the facility times 8 plus the severity, so the severity is in the three
#   low bits. RFC 3164's own example <34> is facility 4 (security) and severity 2 (critical). The package has the same table of severities,
#   Syslogd.Severity, with CRITICAL as 2.
# Seen: for <34> facility is 2 and severity 4, "warning" by the package's own table; for <165> (local4, notice) severity is 20, which is none. Facility 0,
#   the kernel, leaves NaN as the severity: what is most urgent, <0>, can be compared with nothing.
# Why it matters: an alert for "severity up to CRITICAL" keeps silent when a daemon (facility 3) panics, and wakes somebody for user messages (facility 1)
#   of any severity. Who receives syslog over TLS and hands the text to this parser gets the same; the numbers must be exchanged afterwards.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts syslogd@1.1.2 >npm.log 2>&1

cat > find.js <<'JS'
const { parser, Severity } = require("syslogd");

const names = Object.keys(Severity);
const seen = [34, 22, 165, 0].map((priority) => {
  const { facility, severity } = parser(`<${priority}>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick`, {});
  const right = [priority >> 3, priority & 7];
  console.log(`<${priority}> is facility ${right[0]}, severity ${names[right[1]]}; read as facility ${facility}, severity ${names[severity] ?? severity}`);
  return [facility, String(severity)];
});
process.exit(JSON.stringify(seen) === JSON.stringify([[2, "4"], [6, "2"], [5, "20"], [0, "NaN"]]) && Severity.CRITICAL === 2 ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
