#!/bin/bash
# dmarcparser: read_file() of the second file returns the first one's report as well, under the second one's hash, and changes the first answer too.
#
# Versions: dmarcparser 0.1 (PyPI), Python 3.11.
# Expected: its documentation of read_file(): "Takes a path argument and returns a dictionary of parsed data", {"<sha256-hash>": the report of the
#   file}.
# Seen: all reports that an object has read are in one list, which each call returns: after three files, the answer for the third has three reports,
#   and the answers for the first and the second have got three as well. Besides, an XML document without an XML declaration, which may be left out
#   (XML 1.0, section 2.8), is taken for a mail and has no report. A new DmarcParser for each file reads each by itself.
# Why it matters: who walks through a folder of reports, as one does, counts the first report as often as there are files, and gives numbers of
#   messages that never were. Make a new parser for each file.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dmarcparser==0.1

cat > find.py <<'PY'
import hashlib
import logging
import pathlib
import sys

from dmarcparser.parser import DmarcParser

logger = logging.getLogger("quiet")
logger.setLevel(logging.CRITICAL)
REPORT = """<feedback>
 <version>1.0</version>
 <report_metadata><org_name>example.net</org_name><email>dmarc@example.net</email><report_id>{id}</report_id>
  <date_range><begin>1767225600</begin><end>1767311999</end></date_range></report_metadata>
 <policy_published><domain>example.org</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct></policy_published>
 <record><row><source_ip>192.0.2.1</source_ip><count>3</count>
   <policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>pass</spf></policy_evaluated></row>
  <identifiers><header_from>example.org</header_from></identifiers>
  <auth_results><spf><domain>example.org</domain><result>pass</result></spf></auth_results></record>
</feedback>
"""


def ids(result):
    ((_, reports),) = result.items()
    return [item["report"]["metadata"]["report_id"] for item in reports]


parser = DmarcParser(logger=logger)
answers, early, alone = [], [], []
for number in "123":
    path = pathlib.Path(f"{number}.xml")
    path.write_text('<?xml version="1.0" encoding="UTF-8"?>\n' + REPORT.format(id=number))
    result = parser.read_file(path)
    assert list(result) == [hashlib.sha256(path.read_bytes()).hexdigest()]
    answers.append(result)
    early.append(ids(result))
    alone.append(ids(DmarcParser(logger=logger).read_file(path)))
late = [ids(result) for result in answers]
path = pathlib.Path("4.xml")
path.write_text(REPORT.format(id="4"))
undeclared = DmarcParser(logger=logger).read_file(path)
print(f"one parser: {early}, later the same answers: {late}; a parser each: {alone}; without declaration: {undeclared}")
right = [["1"], ["2"], ["3"]]
sys.exit(alone != right or early != [["1"], ["1", "2"], ["1", "2", "3"]] or late != [["1", "2", "3"]] * 3 or undeclared is not None)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
