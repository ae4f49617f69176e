#!/bin/bash
# gris: the command of its README stops at an import of a file that is not there; theses and reports "do not conform" to RIS, and the titles (T1) and
# short journal names (JA) of many exports are "NA".
#
# Versions: gris 0.9.0 (PyPI), Python 3.11.
# Expected: its README: "python -m gris myrefs.ris AB retrieves and prints out the contents of the tag AB"; check_conforms(): "Check if a given reference
#   conforms to the RIS standard". The RIS standard has the types RPRT, report, and THES, thesis, and the tags U1 to U5; T1 is its name for the primary
#   title, beside TI; JA is the abbreviated name of the journal.
# Seen: "ModuleNotFoundError: No module named 'gris.gris'". check_conforms() is False for THES and RPRT (the list has "RPTR") and for a reference with U2,
#   True for JOUR. get_title() of a reference with T1 and get_journal() of one with JA are "NA"; the code for JA is there, in a branch that cannot be
#   reached, and get_authors(), get_pubyear() and get_abstract() do look at A1, Y1 and N2.
# Why it matters: who drops what does not conform drops all the theses of a library, and older exports are lists without titles.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check gris==0.9.0

cat > find.py <<'PY'
import subprocess
import sys
from pathlib import Path

import gris

HEAD = "TY  - {}\nA1  - Curie, M.\nY1  - 1903\nN2  - Short text\n{}\nER  - \n\n"
KINDS = {
    "journal": HEAD.format("JOUR", "TI  - Rays\nJO  - Annals of Physics"),
    "older": HEAD.format("JOUR", "T1  - Rays\nJA  - Ann. Phys."),
    "thesis": HEAD.format("THES", "TI  - Rays"),
    "report": HEAD.format("RPRT", "TI  - Rays"),
    "with U2": HEAD.format("JOUR", "TI  - Rays\nU2  - note"),
    "with U3": HEAD.format("JOUR", "TI  - Rays\nU3  - note"),
}
Path("myrefs.ris").write_text("".join(KINDS.values()))
done = subprocess.run([sys.executable, "-m", "gris", "myrefs.ris", "AB"], capture_output=True, text=True, timeout=60)
print(done.returncode, done.stdout, done.stderr[-80:])
refs = dict(zip(KINDS, gris.read_ris("myrefs.ris")))
seen = {}
for name, ref in refs.items():
    seen[name] = (gris.check_conforms(ref), gris.get_title(ref), gris.get_journal(ref))
    print(name, *seen[name], gris.get_authors(ref), gris.get_pubyear(ref), gris.get_abstract(ref))
sys.exit(
    "No module named 'gris.gris'" not in done.stderr
    or seen["journal"] != (True, "Rays", "Annals of Physics")
    or seen["older"] != (True, "NA", "NA")
    or [seen[name][0] for name in ("thesis", "report", "with U2", "with U3")] != [False, False, False, True]
    or any(gris.get_pubyear(ref) != "1903" or gris.get_abstract(ref) != "Short text" for ref in refs.values())
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
