#!/bin/bash
# DMARCReporting: an aggregate report that names its namespace, as the current standard has it, is left out with "list index out of range".
#
# Versions: DMARCReporting 0.3.1, with dmark 0.5.0 and dmarc-report 3.1.0 to compare with (PyPI), Python 3.11.
# Expected: RFC 7489, appendix C: the schema of reports has a target namespace, "http://dmarc.org/dmarc-xml/0.1", and some receivers write it as
#   xmlns. RFC 9990, which follows it, has "urn:ietf:params:xml:ns:dmarc-2.0". Such a report is the same report.
# Seen: without xmlns, DMARCRuaParser().parse() gives the record. With either namespace it raises IndexError, and the command line prints "Error
#   processing file ...: list index out of range" and an empty table, and ends with 0. dmark and dmarc-report read all of them.
# Why it matters: the failures that a large receiver reports are not in the table, and somebody who looks at the table believes that all is well.
#   Strip the xmlns attribute from the reports first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check DMARCReporting==0.3.1 dmark==0.5.0 dmarc-report==3.1.0

cat > find.py <<'PY'
import io
import sys

from dmarc_report.parser import DMARCParser
from dmark.parser import parse_report_xml
from DMARCReporting.parser import DMARCRuaParser

REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<feedback{namespace}>
 <version>1.0</version>
 <report_metadata><org_name>example.net</org_name><email>dmarc@example.net</email><report_id>1</report_id>
  <date_range><begin>1767225600</begin><end>1767311999</end></date_range></report_metadata>
 <policy_published><domain>example.org</domain>{policy}</policy_published>
 <record><row><source_ip>192.0.2.1</source_ip><count>3</count>
   <policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
  <identifiers>{from_}<header_from>example.org</header_from></identifiers>
  <auth_results><spf><domain>example.net</domain>{scope}<result>pass</result></spf></auth_results></record>
</feedback>
"""
OLD = "<adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct>"
NEW = "<p>none</p><sp>none</sp><np>none</np><adkim>r</adkim><aspf>r</aspf><discovery_method>treewalk</discovery_method><fo>0</fo><testing>n</testing>"


class Names:
    """In place of the DNS."""

    def reverse_name(self, address):
        return address


def attempt(call, *arguments):
    try:
        return call(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


seen = []
from_ = "<envelope_from>example.net</envelope_from>"
scope = "<scope>mfrom</scope>"
for namespace, policy in [("", OLD), ("http://dmarc.org/dmarc-xml/0.1", OLD), ("urn:ietf:params:xml:ns:dmarc-2.0", NEW)]:
    attribute = f' xmlns="{namespace}"' if namespace else ""
    report = REPORT.format(namespace=attribute, policy=policy, from_=from_, scope=scope).encode()
    mine = attempt(lambda: [(row[2], row[-1]) for row in DMARCRuaParser(Names()).parse(io.BytesIO(report), include_all=True)])
    by_dmark = attempt(lambda: [(record.source_ip, record.count) for record in parse_report_xml(report).records])
    by_report = attempt(lambda: len(DMARCParser.parse_bytes(report).records))
    print(f"namespace {namespace!r}: DMARCReporting {mine}; dmark {by_dmark}; dmarc-report {by_report}")
    seen.append((mine, by_dmark, by_report))
right = [("192.0.2.1", 3)]
error = "IndexError: list index out of range"
sys.exit(seen != [(right, right, 1), (error, right, 1), (error, right, 1)])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
