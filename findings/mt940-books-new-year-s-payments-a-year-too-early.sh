#!/bin/bash
# mt940: a payment with a value date in December and an entry date in January is booked a year early, and statements of several pages have no
#   balance.
#
# Versions: mt940 0.8.1, mt-940 5.1.1 to compare with (PyPI), Python 3.11.
# Expected: SWIFT, Customer Statement Message MT940, field 61: the entry date, MMDD, has no year and is the date next to the value date:
#   251231 with 0102 is 2 January 2026, and 260102 with 1231 is 31 December 2025. Fields 60a and 62a: option F is a first or final balance, M
#   an intermediate one, when a statement goes over several messages. Field 61, subfield 3: RD is the reversal of a debit, D a debit.
# Seen: the booking is 2 January 2025 for the first, 31 December 2026 for the second. With :60M: and :62M: start_balance and end_balance are
#   None. The other package, mt-940, has the right years and balances.
# Why it matters: each year some payments of the turn are a year off in the books, and reconciling by day does not find them; long statements
#   cannot be checked against their balances. Take the value date, and correct the year oneself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
python3 -m venv other
venv/bin/pip install -qq --disable-pip-version-check mt940==0.8.1
other/bin/pip install -qq --disable-pip-version-check mt-940==5.1.1

cat > statements.py <<'PY'
def statement(kind):
    lines = (":20:X", ":25:123456", ":28C:1/1", f":60{kind}:C251230EUR100,00", ":61:2512310102C5,00NTRFNONREF", ":86:one")
    lines += (":61:2601021231C5,00NTRFNONREF", ":86:two", ":61:2601050105C5,00NTRFNONREF", ":86:three", f":62{kind}:C260105EUR115,00", "-")
    return "".join(f"{line}\n" for line in lines)
PY
cat > find.py <<'PY'
import io
import sys

import mt940
from statements import statement

seen = []
for kind in "FM":
    (found,) = mt940.MT940(io.StringIO(statement(kind))).statements
    balances = [balance and str(balance.amount) for balance in (found.start_balance, found.end_balance)]
    seen.append((balances, [str(entry.booking) for entry in found.transactions]))
    print(f"mt940, balances {kind}: {balances}; booked on {seen[-1][1]}")
booked = ["2025-01-02", "2026-12-31", "2026-01-05"]
sys.exit(seen != [(["100.00", "115.00"], booked), ([None, None], booked)])
PY
cat > other.py <<'PY'
import mt940
from statements import statement

for kind in "FM":
    found = mt940.parse(statement(kind))
    names = {"F": ("final_opening_balance", "final_closing_balance"), "M": ("intermediate_opening_balance", "intermediate_closing_balance")}[kind]
    balances = [str(found.data[name].amount.amount) for name in names if name in found.data]
    print(f"mt-940, balances {kind}: {balances}; booked on {[str(entry.data['entry_date']) for entry in found]}")
PY
timeout 60 other/bin/python other.py
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
