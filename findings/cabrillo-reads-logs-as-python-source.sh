#!/bin/bash
# cabrillo: a log file is read with Python's escapes. A backslash in a remark becomes a line break or an error, letters of UTF-8 become two others each,
# and of several breaks in a contest the last one is kept.
#
# Versions: cabrillo 0.3.0 (PyPI), Python 3.11.
# Expected: Cabrillo 3.0 specification: a file is plain text in lines "KEYWORD: value"; there is no escape. "OFFTIME: yyyy-mm-dd nnnn yyyy-mm-dd nnnn" and
#   SOAPBOX may be given several times. parse_log_text() of the package takes the same text as it is.
# Seen: parse_log_file() with "SOAPBOX: log in C:\new" is InvalidLogException "Line does not start with `:`-delimited key, got `ew`", and with
#   "C:\Users\jo" UnicodeDecodeError "truncated \UXXXXXXXX escape". "NAME: J\u00fcrgen" in UTF-8 comes back as "J\u00c3\u00bcrgen". Of two OFFTIME lines one
#   is left, and text() writes one.
# Why it matters: contest programs of Windows put their path into CREATED-BY or SOAPBOX; and a single operator who took two breaks is out of the category
#   with one. Read the file yourself and use parse_log_text().
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check cabrillo==0.3.0

cat > find.py <<'PY'
import sys

from cabrillo import parser

HEAD = "START-OF-LOG: 3.0\nCALLSIGN: DL0XYZ\nCONTEST: CQ-WW-CW\n"
END = "QSO: 14000 CW 2026-11-28 1200 DL0XYZ 599 14 DL1XYZ 599 14\nEND-OF-LOG:\n"
BREAKS = "OFFTIME: 2026-11-28 0200 2026-11-28 0700\nOFFTIME: 2026-11-29 0100 2026-11-29 0600\n"


def read(lines):
    text = HEAD + lines + END
    open("log.txt", "w", encoding="utf-8").write(text)
    results = []
    for function, argument in ((parser.parse_log_file, "log.txt"), (parser.parse_log_text, text)):
        try:
            log = function(argument)
            results.append((log.name, log.soapbox, log.text().count("OFFTIME:")))
        except Exception as error:
            results.append(f"{type(error).__name__}: {error}")
    print(ascii(lines.strip()))
    print("    parse_log_file:", ascii(results[0]))
    print("    parse_log_text:", ascii(results[1]))
    return results


new = read("SOAPBOX: log in C:\\new\n")
users = read("SOAPBOX: log in C:\\Users\\jo\n")
name = read("NAME: J\u00fcrgen\n")
breaks = read(BREAKS)
sys.exit(
    not new[0].startswith("InvalidLogException")
    or new[1][1] != ["log in C:\\new"]
    or not users[0].startswith("UnicodeDecodeError")
    or name[0][0] != "J\u00c3\u00bcrgen"
    or name[1][0] != "J\u00fcrgen"
    or breaks[1][2] != 1
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
