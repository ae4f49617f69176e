#!/bin/bash
# tlsrpt-reporter: a domain whose TLSRPT record has a blank where the RFC lets it have one, or another field in front of "rua", gets no report.
#
# Versions: tlsrpt-reporter 0.6.0 (PyPI), Python 3.11.
# Expected: RFC 8460, section 3: tlsrpt-record = tlsrpt-version 1*(field-delim tlsrpt-field) [field-delim], field-delim = *WSP ";" *WSP,
#   tlsrpt-field = tlsrpt-rua / tlsrpt-extension, tlsrpt-rua = "rua=" tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri): blanks on either side of a semicolon and a
#   comma, and fields in any order. RFC 3986, section 3.1: schemes are case-insensitive.
# Seen: "v=TLSRPTv1 ; rua=..." is an "Unsupported TLSRPT version: v=TLSRPTv1 ", and with an extension field before it there is "No rua found". After
#   a comma and a blank the second address begins with the blank, and is an invalid scheme; that costs the first one its report as well. So does
#   "MAILTO:". The report is made, and has no destination; there is one line in the log.
# Why it matters: the operator of the domain hears nothing of failed TLS, and takes it for a good sign. A blank behind the semicolon works.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check tlsrpt-reporter==0.6.0

cat > find.py <<'PY'
import logging
import sys

from tlsrpt_reporter.mapping import DestinationMap
from tlsrpt_reporter.utility import parse_tlsrpt_record

MAIL = "mailto:tls@example.com"
WEB = "https://example.com/tls"


def destinations(record):
    """Where the report goes, as render_report() of the package finds it."""
    try:
        return list(DestinationMap().map_destination("example.com", parse_tlsrpt_record(record), logging.getLogger()))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


EXPECTED = {
    f"v=TLSRPTv1;rua={MAIL}": [MAIL],
    f"v=TLSRPTv1; rua={MAIL}": [MAIL],
    f"v=TLSRPTv1; rua={MAIL},{WEB};": [MAIL, WEB],
    f"v=TLSRPTv1 ; rua={MAIL}": "MalformedTlsrptRecordException: Unsupported TLSRPT version: v=TLSRPTv1 ",
    f"v=TLSRPTv1; ext=1; rua={MAIL}": "MalformedTlsrptRecordException: Malformed TLSRPT record: No rua found",
    f"v=TLSRPTv1; rua={MAIL}, {WEB}": f"InvalidDestinationScheme:  {WEB}",
    f"v=TLSRPTv1; rua={MAIL},MAILTO:b@example.com": "InvalidDestinationScheme: MAILTO:b@example.com",
}
seen = {record: destinations(record) for record in EXPECTED}
for record, result in seen.items():
    print(f"{record!r}: {result}")
sys.exit(seen != EXPECTED)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
