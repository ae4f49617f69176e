#!/bin/bash
# gdcmxml: "Doe^Jo" has the middle name Jo and no given name, letters with accents are dots, and comments are cut in two at a backslash.
#
# Versions: GDCM 3.0.21 (Debian 12: libgdcm-tools and libgdcm3.0 3.0.21-1), DCMTK 3.6.7's dcm2xml (dcmtk and libdcmtk17 3.6.7-9~deb12u4) and
#   pydicom 3.0.2 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: DICOM PS3.5, section 6.2.1.1: a name is family, given, middle, prefix and suffix, with "^" between them. Table 6.2-1: LT, ST, UT and UR
#   have one value, in which a backslash is a character; a space at the end, which makes the length even, is no part of a value. PS3.19, annex A.1.5,
#   the Native DICOM Model: values in XML, tags as eight hexadecimal digits.
# Seen: gdcmxml writes FamilyName " Doe", an empty GivenName and MiddleName " Jo", the same for names in other letters, whose octets above 7F are dots,
#   as in "M..ller"; the file says UTF-8 and the data set ISO_IR 192. The comment "left\right" and the address become two values each. "007" keeps its
#   space, and a tag as value has brackets and a comma. dcm2xml -nat reads all of these as pydicom wrote them.
# Why it matters: patients are looked up by what is in such XML: Jo Doe is not found by the given name, nor is Müller, and who takes the first value
#   of a comment has half of it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {libgdcm-tools,libgdcm3.0}=3.0.21-1 {dcmtk,libdcmtk17}=3.6.7-9~deb12u4 libcharls2=2.4.1-1 \
    libopenjp2-7=2.5.0-2+deb12u3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu DCMDICTPATH=$work/usr/share/libdcmtk17/dicom.dic
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pydicom==3.0.2

cat > find.py <<'PY'
import subprocess
import xml.etree.ElementTree

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

KEYWORDS = ("PatientName", "ReferringPhysicianName", "PatientID", "PatientComments", "RetrieveURL", "FrameIncrementPointer")
data = Dataset()
data.file_meta = FileMetaDataset()
data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = "1.2.3.4"
data.SpecificCharacterSet = "ISO_IR 192"
data.PatientName = "Doe^Jo"
data.ReferringPhysicianName = "Müller^Ann^^Dr."
data.PatientID = "007"
data.PatientComments = "left\\right"
data.RetrieveURL = "https://example.org/?path=a\\b"
data.FrameIncrementPointer = 0x00181063
data.save_as("a.dcm", enforce_file_format=True)
for command in (["usr/bin/dcm2xml", "-nat", "a.dcm"], ["usr/bin/gdcmxml", "a.dcm", "-o", "/dev/stdout"]):
    print(f"{command[0][8:]}:")
    text = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20).stdout
    root = xml.etree.ElementTree.fromstring(text)
    for element in root:
        if element.get("keyword") in KEYWORDS:
            parts = [(part.tag.split("}")[-1], part.text) for part in element.iter() if not len(part)]
            print(f"    {element.get('keyword')}: {', '.join(f'{name} {value!r}' for name, value in parts)}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
dcm2xml:
    ReferringPhysicianName: FamilyName 'Müller', GivenName 'Ann', NamePrefix 'Dr.'
    RetrieveURL: Value 'https://example.org/?path=a\\b'
    PatientName: FamilyName 'Doe', GivenName 'Jo'
    PatientID: Value '007'
    PatientComments: Value 'left\\right'
    FrameIncrementPointer: Value '00181063'
gdcmxml:
    ReferringPhysicianName: FamilyName ' M..ller', GivenName ' ', MiddleName ' Ann', NamePrefix ' ', NameSuffix ' Dr.'
    RetrieveURL: Value 'https://example.org/?path=a', Value 'b '
    PatientName: FamilyName ' Doe', GivenName ' ', MiddleName ' Jo'
    PatientID: Value '007 '
    PatientComments: Value 'left', Value 'right'
    FrameIncrementPointer: Value '(0018,1063)'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
