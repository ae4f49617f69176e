#!/bin/bash
# detaf: a forecast (TAF) with a temperature below zero is an error. A cloud base at the ground and visibilities below 1000 m are written as no forecast
# has them.
#
# Versions: detaf 0.3.1 (PyPI), Python 3.11.
# Expected: WMO-No. 306, FM 51 TAF, regulation 51.10: "TXT_FT_F/Y_FY_FG_FG_FZ TNT_FT_F/..."; temperatures from -9 to 9 have a 0 before the digit, those
#   below zero an M in front, as in "TNM02/3006Z". Visibility has four digits, "VVVV", also "0300". "BKN000" is a base below 100 ft.
# Seen: decode() of a forecast with "TXM01/3012Z TNM05/0106Z" is ValueError "invalid literal for int() with base 10: 'M0'"; with "TX02/3012Z TN01/0106Z"
#   it works. Decoded and encoded again, "0300 FG" becomes "300 FG", and "BKN000" becomes "BKN", which the decoder reads as a cloud of no height.
# Why it matters: each winter forecast of Europe and North America that has the group raises, and fog, for which one reads a TAF, is changed on the way.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check detaf==0.3.1

cat > find.py <<'PY'
import sys

import detaf

START = "TAF EDDF 301100Z 3012/0118 24008KT"


def again(text):
    try:
        return detaf.decode(text).taf_encode()
    except ValueError as error:
        return f"ValueError: {error}"


seen = []
for rest in ("9999 SCT030 TX02/3012Z TN01/0106Z", "9999 SCT030 TXM01/3012Z TNM05/0106Z", "0300 FG BKN010", "9999 BKN000"):
    text = f"{START} {rest}"
    seen.append(again(text).removeprefix(START + " "))
    print(f"{text}\n    -> {again(text)}")
print("BKN is read as", detaf.decode(f"{START} BKN").weather_conditions[0].phenomena[-1])
sys.exit(
    seen
    != [
        "9999 SCT030 TX02/3012Z TN01/0106Z",
        "ValueError: invalid literal for int() with base 10: 'M0'",
        "300 FG BKN010",
        "9999 BKN",
    ]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
