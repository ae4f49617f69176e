#!/bin/bash
# simple-dmarc-parser: it shows a failed report only if the last record of it failed, and a domain with "tar" in its name, as guitar.example, ends
# it.
#
# Versions: simple-dmarc-parser 1.1.0 and imap-tools 1.16.0 (PyPI), Python 3.11.
# Expected: its documentation: "The script will print any DMARC reports which had a failed result, so that you can review them". RFC 7489, section
#   7.2: a report has any number of records. Section 7.2.1.1: the file is named after the receiver, the domain and the times, and ends in ".xml.gz".
# Seen: of two records, DMARC failed and passed, nothing is printed; with their order turned it prints the report, so that what one sees is a matter
#   of order. A file "example.net!guitar.example!1767225600!1767311999.xml.gz" is taken for a tar archive, for the letters in the middle: "Unknown
#   archive format", and no other report is read either, and none deleted.
# Why it matters: failures, for which one runs it daily with --silent, are not seen, and owners of domains like guitar, star, target or start get
#   nothing at all. Read the counts in the summary, and let such domains be handled elsewhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check simple-dmarc-parser==1.1.0 imap-tools==1.16.0

cat > find.py <<'PY'
import contextlib
import email.message
import gzip
import io
import sys

import imap_tools
from simple_dmarc_parser import dmarc_parser

REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<feedback>
 <report_metadata><org_name>example.net</org_name><email>dmarc@example.net</email><report_id>1</report_id>
  <date_range><begin>1767225600</begin><end>1767311999</end></date_range></report_metadata>
 <policy_published><domain>{domain}</domain><p>none</p></policy_published>
 {records}
</feedback>
"""
RECORD = """<record><row><source_ip>192.0.2.{number}</source_ip><count>1</count>
   <policy_evaluated><disposition>none</disposition><dkim>{result}</dkim><spf>{result}</spf></policy_evaluated></row>
  <identifiers><header_from>{domain}</header_from></identifiers>
  <auth_results><spf><domain>{domain}</domain><result>{result}</result></spf></auth_results></record>"""


def run(domain, *results):
    """What the command prints for a mailbox with one report."""
    records = [RECORD.format(number=number, result=result, domain=domain) for number, result in enumerate(results)]
    mail = email.message.EmailMessage()
    mail["From"], mail["Subject"] = "dmarc@example.net", f"Report domain: {domain}"
    mail.set_content("A report.")
    data = gzip.compress(REPORT.format(domain=domain, records="".join(records)).encode())
    mail.add_attachment(data, "application", "gzip", filename=f"example.net!{domain}!1767225600!1767311999.xml.gz")

    class MailBox:
        """In place of the one that connects to port 993."""

        def __init__(self, server):
            pass

        def login(self, name, password):
            return self

        def fetch(self, criteria):
            return [imap_tools.MailMessage([(b"1 (UID 1 RFC822 {1}", mail.as_bytes())])]

    dmarc_parser.MailBox = MailBox
    sys.argv = ["simple-dmarc-parser", "--server", "mail.example.org", "--username", "jo", "--password", "x"]
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        try:
            dmarc_parser.main()
        except Exception as error:
            return f"{type(error).__name__}: {str(error)[:22]}"
    return "Failed DMARC report" in output.getvalue(), output.getvalue().count("Failed: 1")


seen = {}
for case in [("example.org", "pass", "fail"), ("example.org", "fail", "pass"), ("guitar.example", "pass")]:
    seen[case] = run(*case)
    print(f"{case}: the failure shown, and failures in the summary: {seen[case]}")
sys.exit(list(seen.values()) != [(True, 2), (False, 2), "ReadError: Unknown archive format"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
