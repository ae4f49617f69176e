#!/bin/bash
# oai-repo: a record with the status "deleted" is listed like any other, so that no harvester takes it out. The verb is missing in what each answer says
# it answers, and the token's expiry has another name.
#
# Versions: oai-repo 0.5.2 (PyPI), Python 3.11.
# Expected: OAI-PMH 2.0, section 2.5.1: "a repository must respond with ... a header that includes the attribute status="deleted"". The package:
#   "RecordHeader.status can only be None or 'deleted'". Section 3.2: the attributes of the request element are "the keys of the key=value pairs of protocol
#   request", as in all its examples <request verb="GetRecord" ...>. Section 3.5: expirationDate.
# Seen: ListIdentifiers with one RecordHeader(..., status="deleted") has two headers without any attribute; the word "deleted" does not occur in the
#   answer. With ListRecords a deleted record, which has no metadata, is left out. <request metadataPrefix="oai_dc"> has no verb; process() takes the key
#   out of the caller's own dictionary. ResumptionToken.xml() writes expiration_date.
# Why it matters: union catalogues keep for ever what a repository had to withdraw.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check oai-repo==0.5.2

cat > find.py <<'PY'
import sys
from datetime import datetime, timezone

import oai_repo
from lxml import etree
from oai_repo.resumption import ResumptionToken

DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"


class Data(oai_repo.DataInterface):
    limit = 10

    def get_identify(self):
        return oai_repo.Identify(
            repository_name="Example", base_url="https://example.com/oai", admin_email=["jo@example.com"],
            earliest_datestamp="2026-01-01", deleted_record="persistent", granularity="YYYY-MM-DD",
        )

    def is_valid_identifier(self, identifier):
        return True

    def get_metadata_formats(self, identifier=None):
        return [oai_repo.MetadataFormat("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", DC)]

    def get_record_header(self, identifier):
        return oai_repo.RecordHeader(identifier, "2026-11-30", status="deleted" if identifier.endswith("2") else None)

    def get_record_metadata(self, identifier, metadataprefix):
        return None if identifier.endswith("2") else etree.Element(f"{{{DC}}}dc")

    def get_record_abouts(self, identifier):
        return []

    def list_set_specs(self, identifier=None, cursor=0):
        return [], 0, None

    def get_set(self, setspec):
        return None

    def list_identifiers(self, metadataprefix, filter_from=None, filter_until=None, filter_set=None, cursor=0):
        return ["oai:example.com:1", "oai:example.com:2"], 2, None


repository = oai_repo.OAIRepository(Data())
asked = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
answer = bytes(repository.process(asked)).decode()
print(answer)
records = bytes(repository.process({"verb": "ListRecords", "metadataPrefix": "oai_dc"})).decode()
print("ListRecords:", records.count("<record>"), "record; the dictionary afterwards:", asked)
tree = etree.fromstring(answer.encode())
request = tree.find("{*}request")
token = ResumptionToken()
token.args, token.expiration_date, token.complete_list_size = {"metadataPrefix": "oai_dc"}, datetime(2026, 12, 1, tzinfo=timezone.utc), 50
attributes = sorted(token.xml(10).attrib)
print("request:", dict(request.attrib), "- token:", attributes)
sys.exit(
    answer.count("<header>") != 2
    or "deleted" in answer
    or records.count("<record>") != 1
    or "verb" in request.attrib
    or "verb" in asked
    or attributes != ["completeListSize", "cursor", "expiration_date"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
