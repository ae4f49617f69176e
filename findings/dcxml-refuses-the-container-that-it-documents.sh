#!/bin/bash
# dcxml: tostring() takes neither container nor nsmap nor attribs, its own documented parameters; and with another container it still claims the schema of
# OAI.
#
# Versions: dcxml 0.1.3 with lxml 6.1.3 (PyPI), Python 3.11.
# Expected: the documentation of dcxml.simpledc: "This behavior can be changed by specifying container, nsmap and attribs to the API functions", and of
#   tostring(): ":param container: Name (include namespace) of container element. :param nsmap: ... :param attribs: Default attributes for container
#   element."
# Seen: tostring(data, container="{http://example.com/}record") is TypeError "etree_to_string() got an unexpected keyword argument 'container'", the same
#   for the others. dump_etree() takes them, but attribs={} means the default: the element keeps xsi:schemaLocation for oai_dc, which has no such element,
#   so that a validating reader refuses it.
# Why it matters: whoever puts Dublin Core into another envelope (SRU's srw_dc, RDF, a METS mdWrap) needs exactly this. Use dump_etree() with an attribute
#   of your own, and lxml's tostring().
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check dcxml==0.1.3 lxml==6.1.3

cat > find.py <<'PY'
import sys

from dcxml import simpledc

DATA = {"titles": ["Example"], "creators": ["Doe, Jo"]}
SRW = "info:srw/schema/1/dc-schema"
options = {"container": f"{{{SRW}}}dc", "nsmap": {"srw_dc": SRW, "dc": simpledc.ns["dc"]}, "attribs": {}}
seen = []
for name, value in options.items():
    try:
        simpledc.tostring(DATA, **{name: value})
        seen.append("taken")
    except TypeError as error:
        seen.append(str(error))
    print(f"tostring(data, {name}=...): {seen[-1]}")
tree = simpledc.dump_etree(DATA, **options)
print("dump_etree:", tree.tag, dict(tree.attrib))
print("documented:", [line.strip() for line in simpledc.tostring.__doc__.splitlines() if ":param" in line])
sys.exit(
    not all("unexpected keyword argument" in text for text in seen)
    or tree.tag != f"{{{SRW}}}dc"
    or "oai_dc.xsd" not in str(dict(tree.attrib))
    or ":param container:" not in simpledc.tostring.__doc__
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
