#!/bin/bash
# rfc-9727-pure: of an API catalog as the RFC shows it no link is found, and validate_linkset() says that it has none. It wants the relation named a
# second time inside of each link, where the format has no place for it.
#
# Versions: rfc-9727-pure 0.1.0 (PyPI), Python 3.11.
# Expected: RFC 9264, section 4.2: in the JSON of a link set the relation is the name of the member ("service-desc": [...]), and what stands in its list
#   has "href" and target attributes; none of its examples has a "rel" there. RFC 9727, appendix A: the catalog is such a document, its links "item",
#   "service-desc", "service-doc", "service-meta" and "status". The package calls itself an "RFC 9727 API Catalog Linkset parser".
# Seen: parse_api_catalog() of a document with two items, and of one with descriptions, status and metadata of two interfaces: items is [], and
#   validate_linkset() complains of a missing "item". With a "rel" added to each link it finds the items, and the descriptions of both interfaces in one
#   list, without saying of which; "status" and "service-meta" it never returns.
# Why it matters: it can read no catalog that a server publishes, and calls those invalid that are right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check rfc-9727-pure==0.1.0

cat > find.py <<'PY'
import copy
import json
import sys

import rfc9727

ITEMS = {
    "linkset": [
        {
            "anchor": "https://www.example.com/.well-known/api-catalog",
            "item": [{"href": "https://developer.example.com/apis/foo_api"}, {"href": "https://developer.example.com/apis/bar_api"}],
            "profile": [{"href": "https://www.rfc-editor.org/info/rfc9727"}],
        }
    ]
}
DESCRIBED = {
    "linkset": [
        {
            "anchor": f"https://developer.example.com/apis/{name}",
            "service-desc": [{"href": f"https://developer.example.com/apis/{name}/spec", "type": "application/yaml"}],
            "status": [{"href": f"https://developer.example.com/apis/{name}/status", "type": "application/json"}],
            "service-meta": [{"href": f"https://developer.example.com/apis/{name}/policies", "type": "text/xml"}],
        }
        for name in ("foo", "bar")
    ]
}


def links(document):
    """All links of a link set with their relations, as RFC 9264 says."""
    return [
        (entry["anchor"], relation, link["href"])
        for entry in document["linkset"]
        for relation, targets in entry.items()
        if relation != "anchor"
        for link in targets
    ]


def with_rel(document):
    document = copy.deepcopy(document)
    for entry in document["linkset"]:
        for relation, targets in entry.items():
            for link in targets if relation != "anchor" else []:
                link["rel"] = relation
    return document


seen = []
for document in (ITEMS, DESCRIBED, with_rel(ITEMS), with_rel(DESCRIBED)):
    catalog = rfc9727.parse_api_catalog(json.dumps(document))
    found = [(link.rel, link.href) for link in catalog.items]
    errors = rfc9727.validate_linkset(catalog)
    print(f"{len(links(document))} links in the document, found {found}; {errors}")
    seen.append((len(links(document)), len(found), any("item" in error for error in errors)))
sys.exit(seen[0] != (3, 0, True) or seen[1] != (6, 0, True) or seen[2][:2] != (3, 2) or seen[3][:2] != (6, 2))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
