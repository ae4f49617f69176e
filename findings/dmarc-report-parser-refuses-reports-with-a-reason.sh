#!/bin/bash
# dmarc-report-parser: no report can be read in which a receiver says why it made an exception; other reports given with it are lost, too.
#
# Versions: dmarc-report-parser 0.1.5 (npm), Node.js.
# Expected: RFC 7489, appendix C: policy_evaluated has dkim, spf, disposition and any number of <reason> with <type> and an optional
#   <comment>. Its schema knows reason and its six types.
# Seen: parseDmarcReportsFromXml() reads a report without a reason, and raises "Expected 'forwarded' | ... , received array" for the same
#   report with <reason><type>forwarded</type></reason>. Two reports at a time, of which one has a reason, raise the same: nothing is given
#   of the other.
# Why it matters: mailing lists and forwarders are what one looks for in these reports; the large receivers write a reason for nearly each
#   of them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dmarc-report-parser@0.1.5 >npm.log 2>&1

cat > find.js <<'JS'
const { parseDmarcReportsFromXml } = require("dmarc-report-parser");

const report = (reason) => `<?xml version="1.0" encoding="UTF-8"?>
<feedback>
  <report_metadata>
    <org_name>Example</org_name><email>noreply@example.org</email><report_id>1</report_id>
    <date_range><begin>1700000000</begin><end>1700086399</end></date_range>
  </report_metadata>
  <policy_published><domain>example.org</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct></policy_published>
  <record>
    <row>
      <source_ip>192.0.2.1</source_ip><count>2</count>
      <policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf>${reason}</policy_evaluated>
    </row>
    <identifiers><header_from>example.org</header_from></identifiers>
    <auth_results><spf><domain>example.org</domain><result>softfail</result></spf></auth_results>
  </record>
</feedback>
`;
const plain = report("");
const cases = {
  "no reason": [plain],
  "a reason": [report("<reason><type>forwarded</type></reason>")],
  "a reason with a comment": [report("<reason><type>local_policy</type><comment>arc=pass</comment></reason>")],
  "one of two with a reason": [plain, report("<reason><type>mailing_list</type></reason>")],
};
(async () => {
  const seen = [];
  for (const [name, reports] of Object.entries(cases)) {
    try {
      seen.push((await parseDmarcReportsFromXml(reports)).totalReports);
    } catch (error) {
      seen.push(/received array/.test(error.message) ? "received array" : error.message);
    }
    console.log(`${name}: ${seen.at(-1)}`);
  }
  process.exit(JSON.stringify(seen) === JSON.stringify([1, ...Array(3).fill("received array")]) ? 0 : 1);
})();
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
