#!/bin/bash
# mail-ops-scripts: in a DMARC report a mail that failed is "OK" if somebody else's SPF passed, and one that passed is "INVESTIGATE" if its first
# signature is a mailing list's.
#
# Versions: mail-ops-scripts 2.5.2 (PyPI), Python 3.11.
# Expected: RFC 7489, section 7.2 and appendix C: policy_evaluated holds "the DMARC-aligned authentication result"; auth_results holds the raw
#   results, for any domain, "uninterpreted with respect to DMARC", and may have several dkim elements. "mailops report --alerts" is to "Show only
#   authentication failures & spoofing attempts".
# Seen: only the first raw result of either kind is looked at. A mail with policy_evaluated fail and fail, whose SPF passed for bulk.example.net,
#   has the status "OK", and --alerts leaves it out. A mail that passed DMARC with its second signature, the first one being a list's that is
#   broken, is "INVESTIGATE".
# Why it matters: the report exists to tell these cases apart; whoever goes by the alerts finds no fault with foreign senders and with forwarded
#   mail each time.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mail-ops-scripts==2.5.2

cat > find.py <<'PY'
import sys

from mailops import dmarc_parser


def record(ip, evaluated, results):
    return (
        f"<record><row><source_ip>{ip}</source_ip><count>1</count><policy_evaluated><disposition>none</disposition>"
        f"<dkim>{evaluated[0]}</dkim><spf>{evaluated[1]}</spf></policy_evaluated></row>"
        f"<identifiers><header_from>example.org</header_from></identifiers><auth_results>{results}</auth_results></record>"
    )


def result(kind, domain, value):
    return f"<{kind}><domain>{domain}</domain><result>{value}</result></{kind}>"


REPORT = (
    '<?xml version="1.0" encoding="UTF-8"?><feedback><report_metadata><org_name>example.com</org_name><report_id>1</report_id>'
    "<date_range><begin>1767225600</begin><end>1767311999</end></date_range></report_metadata>"
    "<policy_published><domain>example.org</domain><p>none</p></policy_published>"
    + record("192.0.2.1", ("fail", "fail"), result("spf", "bulk.example.net", "pass"))
    + record(
        "192.0.2.2", ("pass", "fail"),
        result("dkim", "list.example.net", "fail") + result("dkim", "example.org", "pass") + result("spf", "list.example.net", "fail"),
    )
    + "</feedback>"
)
dmarc_parser.IP_CACHE.update({"192.0.2.1": "Unknown", "192.0.2.2": "Unknown"})  # so that it asks no name server
with open("report.xml", "w") as file:
    file.write(REPORT)
statuses = [row["status_msg"] for row in dmarc_parser.parse_dmarc_xml("report.xml")]
print("DMARC failed, SPF passed for another domain:", statuses[0])
print("DMARC passed with the second signature:", statuses[1])
sys.exit(statuses != ["OK", "INVESTIGATE"])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
