#!/bin/bash
# protobuf-decoder: 1.5 is 3.13984e-319, as fixed numbers are read from the wrong end, and numbers of more than 32 bits lose their upper part.
#
# Versions: protobuf-decoder 0.1.2 and, to compare with, protobufjs 7.4.0 (npm), Node.js.
# Expected: Protocol Buffers, "Encoding", Non-varint numbers: double and fixed64 are "a fixed eight-byte lump of data", float and fixed32 four bytes,
#   "in little-endian byte order". 64-bit integers are varints of up to ten bytes.
# Seen: 09 00 00 00 00 00 00 f8 3f, the double 1.5 in field 1, gives 3.13984e-319, the float 1.5 in field 2 gives 6.9e-41; the integer 4294967296
#   gives 0. Small integers and texts are right.
# Why it matters: it is meant for messages whose definition one does not have: prices, places and times (milliseconds since 1970 have 41 bits) look
#   like noise or small numbers, and nothing tells that they are not.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts protobuf-decoder@0.1.2 protobufjs@7.4.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const module = require("protobuf-decoder");
const Decoder = module.default ?? module;
const { Reader, Writer } = require("protobufjs");

const tell = (name, bytes, read) => {
  const [field] = new Decoder(Buffer.from(bytes).toString("base64")).decode().values;
  const reader = Reader.create(bytes);
  reader.uint32();
  console.log(`${name} ${Buffer.from(bytes).toString("hex")}: ${field.values[0]}; protobufjs: ${read(reader)}`);
};
tell("double", Writer.create().uint32(9).double(1.5).finish(), (reader) => reader.double());
tell("float", Writer.create().uint32(21).float(1.5).finish(), (reader) => reader.float());
tell("int64", Writer.create().uint32(24).int64(4294967296).finish(), (reader) => Number(reader.int64()));
tell("int64", Writer.create().uint32(24).int64(1700000000000).finish(), (reader) => Number(reader.int64()));
tell("int32", Writer.create().uint32(24).int32(150).finish(), (reader) => reader.int32());
tell("string", Writer.create().uint32(34).string("testing").finish(), (reader) => reader.string());
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
double 09000000000000f83f: 3.13984e-319; protobufjs: 1.5
float 150000c03f: 6.896490392174587e-41; protobufjs: 1.5
int64 188080808010: 0; protobufjs: 4294967296
int64 1880d095ffbc31: -807049216; protobufjs: 1700000000000
int32 189601: 150; protobufjs: 150
string 220774657374696e67: testing; protobufjs: testing
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
