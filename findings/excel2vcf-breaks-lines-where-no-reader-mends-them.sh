#!/bin/bash
# excel2vcf: cards say version 3.0 and are written as in 2.1; a company of nine Chinese characters is torn at a line end, and of a number with dots
# the first group is left.
#
# Versions: excel2vcf 20260225, vobject 0.9.9 to compare with (PyPI), Python 3.11.
# Expected: RFC 2426, section 5: in vCard 3.0 the encoding is "b" or none, and "QUOTED-PRINTABLE" was of 2.1 only; section 2.6: a folded line goes
#   on with a blank; section 3.1.2: N must be there. PREF and VALUE=uri for TEL are of version 4.0 (RFC 6350). RFC 3966, section 5.1.1, has dots
#   among the visual separators of numbers.
# Seen: names are ENCODING=QUOTED-PRINTABLE under VERSION:3.0, and a long one goes on in lines that begin with "=B8=9A" or the like, without a
#   blank. vobject fails at such a card, and the whole file with it; one with a short company it reads. There is no N. "010.6552.9988" is written as
#   "010".
# Why it matters: one long company name, and none of up to 300 contacts in the file is imported; telephones that go by the version show "=E5=BC=A0"
#   for a name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check excel2vcf==20260225 vobject==0.9.9 openpyxl==3.1.5

cat > find.py <<'PY'
import logging
import sys

import openpyxl
import vobject
from htiger import excel2vcf

logging.disable(logging.CRITICAL)


def convert(name, *rows):
    book = openpyxl.Workbook()
    for row in (("姓名", "单位", "职务", "电话1", "电话2"), *rows):
        book.active.append(row)
    book.save(f"{name}.xlsx")
    excel2vcf.excel2vcf(f"{name}.vcf", f"{name}.xlsx")
    with open(f"{name}_0.vcf", encoding="utf-8", newline="") as file:
        return file.read()


def read(text):
    try:
        return [card.fn.value for card in vobject.readComponents(text)]
    except Exception as error:
        return type(error).__name__


short = ("张三", "银行", "主管", "12345", "010.6552.9988")
long = ("李四", "电子第五研究所有限公司", "主管", "12345", "")
one, both = convert("one", short), convert("both", short, long)
print(one.replace("\r\n", "\n"))
numbers = [line.rsplit(":")[1] for line in one.split("\r\n") if line.startswith("TEL")]
torn = [line for line in both.splitlines() if line.startswith("=")]
print("read by vobject: one card:", read(one), "- with a second one:", read(both), "- lines that begin with '=':", len(torn))
has_name = any(line.startswith(("N:", "N;")) for line in one.split("\r\n"))
print("there is an N:", has_name, "- numbers:", numbers)
as_stated = read(one) == ["张三"] and isinstance(read(both), str) and len(torn) == 1
sys.exit(not as_stated or numbers != ["12345", "010"] or "VERSION:3.0" not in one or has_name)
PY
PYTHONUTF8=1 timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
