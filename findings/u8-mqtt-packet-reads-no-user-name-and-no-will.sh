#!/bin/bash
# u8-mqtt-packet: of a CONNECT it reads neither user name nor password nor will: each flag of it is the reserved bit, which is always 0.
#
# Versions: u8-mqtt-packet 0.4.1, mqtt-packet 9.0.2 to compare with, which writes the packets (npm), Node.js.
# Expected: MQTT 5.0, section 3.1.2.3: bits 1 to 7 of the connect flags are Clean Start, Will Flag, Will QoS, Will Retain, Password and User
#   Name; bit 0 is reserved and 0. Section 3.1.3: the fields that the flags announce follow the client identifier.
# Seen: the flags are read as the right number, 194 and 46, but flags.username, password, will_flag and clean_start are 0 for each, and the
#   packet has a client_id and nothing behind it, in MQTT 3.1.1 and 5.0. The session of the first example in its documentation,
#   mqtt_session_v4, is not among its exports.
# Why it matters: it is a "packet encoder and decoder". A broker, a bridge or a test that is built on it knows no client by name and
#   publishes no will of those who went away.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts u8-mqtt-packet@0.4.1 mqtt-packet@9.0.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import packet from "mqtt-packet";
import * as u8 from "u8-mqtt-packet";

const text = (value) => (value === undefined ? "none" : `"${value.payload ?? value}"`);
for (const version of [4, 5]) {
  const context = u8.mqtt_pkt_ctx(version, u8.mqtt_opts_v5);
  for (const fields of [
    { username: "jo", password: Buffer.from("secret") },
    { will: { topic: "gone", payload: Buffer.from("bye"), qos: 1, retain: true } },
  ]) {
    const octets = packet.generate({
      cmd: "connect", protocolId: "MQTT", protocolVersion: version, clientId: "client", clean: true, keepalive: 30, ...fields,
    });
    const parser = packet.parser();
    parser.on("packet", ({ username, password, will, clean }) => {
      console.log(`MQTT ${version}, flags ${octets[9]}`);
      console.log(`  mqtt-packet: user name ${text(username)}, password ${text(password)}, will ${text(will)}, clean ${clean}`);
    });
    parser.parse(octets);
    const [seen] = context.mqtt_stream().decode(new Uint8Array(octets));
    const { flags, username, password, will } = seen;
    console.log(`  u8-mqtt-packet: user name ${text(username)}, password ${text(password)}, will ${text(will)}`);
    console.log(`    fields [${Object.keys(seen).filter((key) => seen[key] !== undefined)}], flags ${Number(flags)}: user name ${flags.username},`,
      `password ${flags.password}, will ${flags.will_flag}, clean ${flags.clean_start}`);
  }
}
console.log(`mqtt_session_v4: ${typeof u8.mqtt_session_v4}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
MQTT 4, flags 194
  mqtt-packet: user name "jo", password "secret", will none, clean true
  u8-mqtt-packet: user name none, password none, will none
    fields [b0,mqtt_level,flags,keep_alive,client_id], flags 194: user name 0, password 0, will 0, clean 0
MQTT 4, flags 46
  mqtt-packet: user name none, password none, will "bye", clean true
  u8-mqtt-packet: user name none, password none, will none
    fields [b0,mqtt_level,flags,keep_alive,client_id], flags 46: user name 0, password 0, will 0, clean 0
MQTT 5, flags 194
  mqtt-packet: user name "jo", password "secret", will none, clean true
  u8-mqtt-packet: user name none, password none, will none
    fields [b0,mqtt_level,flags,keep_alive,props,client_id], flags 194: user name 0, password 0, will 0, clean 0
MQTT 5, flags 46
  mqtt-packet: user name none, password none, will "bye", clean true
  u8-mqtt-packet: user name none, password none, will none
    fields [b0,mqtt_level,flags,keep_alive,props,client_id], flags 46: user name 0, password 0, will 0, clean 0
mqtt_session_v4: undefined
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
