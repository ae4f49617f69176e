#!/bin/bash
# chqr: a line break in the message moves all lines behind it, so that the code is no QR-bill any more. A QR-IBAN without its reference, a text as
# reference and messages of any length are taken too; the checks are there and are not called.
#
# Versions: chqr 1.2.5, and qrbill 1.2.0 to compare with (PyPI), Python 3.11.
# Expected: Swiss Implementation Guidelines QR-bill 2.3, section 4.2.2: the elements are lines; Ustrd has at most 140 characters, AltPmt 100 and twice;
#   the reference "must be used with a QR-IBAN" and "must not be filled for NON". QRBill's documentation: "Raises: ValidationError: If any input data is
#   invalid", "max 2, 100 chars each", "max 140 chars".
# Seen: "Invoice 1\nThank you" makes a code of 35 lines, in which "EPD" is in the line of the billing information. QRR without a reference, NON with the
#   reference "just a text", a message of 200 characters, billing information of 200 and three alternative procedures, of which the third is dropped, all
#   pass. qrbill refuses the first three.
# Why it matters: the bill prints, and the customer's banking app says "invalid code" weeks later. Check these yourself before QRBill().
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check chqr==1.2.5 qrbill==1.2.0

cat > find.py <<'PY'
import sys
from decimal import Decimal

from chqr import Creditor, QRBill
from qrbill import QRBill as Other

IBAN, QR_IBAN = "CH5800791123000889012", "CH4431999123000889012"
OWNER = {"name": "Example AG", "city": "Zurich", "country": "CH", "street": "Example Street"}


def mine(account=IBAN, **options):
    try:
        bill = QRBill(account, Creditor(postal_code="8000", **OWNER), "CHF", Decimal("10.00"), **options)
        lines = bill.build_data_string().split("\n")
        return len(lines), lines.index("EPD") + 1
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def other(account=IBAN, **options):
    try:
        Other(account=account, creditor={"pcode": "8000", **OWNER}, amount="10.00", **options)
        return "taken"
    except ValueError as error:
        return f"ValueError: {error}"


results = {
    "plain": (mine(additional_information="Invoice 1"), other(additional_information="Invoice 1")),
    "message of two lines": (mine(additional_information="Invoice 1\nThank you"), ""),
    "QRR without reference": (mine(QR_IBAN, reference_type="QRR"), other(QR_IBAN)),
    "NON with a text": (mine(reference="just a text"), other(reference_number="just a text")),
    "message of 200": (mine(additional_information="x" * 200), other(additional_information="x" * 200)),
    "billing information of 200": (mine(billing_information="y" * 200), ""),
    "three procedures of 150": (mine(alternative_procedures=["a" * 150, "b", "c"]), ""),
}
for name, (first, second) in results.items():
    print(f"{name}: chqr: lines and place of EPD {first}; qrbill: {second}")
sys.exit(
    results.pop("message of two lines")[0] != (35, 32)
    or any(first != (34, 31) for first, _ in results.values())
    or results["plain"][1] != "taken"
    or not all(results[name][1].startswith("ValueError") for name in ("QRR without reference", "NON with a text", "message of 200"))
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
