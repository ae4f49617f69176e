#!/bin/bash
# react-icalendar-link: a place with a "#" ends the calendar file on an iPhone, a text with a line break makes a line that is none, and an attendee
#   whose name has a colon has another address.
#
# Versions: react-icalendar-link 3.0.2 with react and react-dom 18.3.1, jsdom 22.1.0 and, to read it, ical.js 2.1.0 (npm), Node.js.
# Expected: RFC 5545, section 3.3.11: in TEXT a line break is written \n, and comma, semicolon and backslash with a backslash; section 3.2: a
#   parameter value with a colon, semicolon or comma stands in quotation marks; section 3.6 and 3.6.1: PRODID, UID and DTSTAMP are required. RFC 3986,
#   section 3.5: "#" begins the fragment of an address, also in data:. The package is for "downloading ics file".
# Seen: the file for the description "first\nsecond" has the line "second", which ical.js calls invalid. "Doe: Jo <jo@example.com>" is CN=Doe:
#   Jo;...:mailto:..., read as the address " Jo;CUTYPE=INDIVIDUAL;...". With the browser of an iPhone the link is a data: address made with
#   encodeURI(), which leaves "#" as it is: of LOCATION:Suite #3 and END:VEVENT nothing comes after "Suite ". There are no UID, DTSTAMP and PRODID in
#   any file.
# Why it matters: "Room #3" is an ordinary place, and descriptions have paragraphs: the button does nothing then, and each click of others adds one
#   more event, as there is no UID to know it by.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts react-icalendar-link@3.0.2 react@18.3.1 react-dom@18.3.1 jsdom@22.1.0 ical.js@2.1.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import ICAL from "ical.js";
const require = createRequire(import.meta.url);
const { JSDOM, ResourceLoader } = require("jsdom");

const click = async (event, userAgent) => {
  const { window } = new JSDOM('<div id="root"></div>', { url: "https://example.com/", ...(userAgent && { resources: new ResourceLoader({ userAgent }) }) });
  let result;
  window.open = (address) => (result = address);
  window.URL.createObjectURL = (blob) => ((result = blob), "blob:x");
  window.HTMLElement.prototype.click = () => {};
  for (const name of ["window", "document", "HTMLElement"]) globalThis[name] = name === "window" ? window : window[name];
  Object.defineProperty(globalThis, "navigator", { value: window.navigator, configurable: true });
  const React = require("react");
  const { createRoot } = require("react-dom/client");
  const { flushSync } = require("react-dom");
  const Link = require("react-icalendar-link").default;
  const root = createRoot(window.document.getElementById("root"));
  flushSync(() => root.render(React.createElement(Link, { event }, "Add")));
  window.document.querySelector("a").dispatchEvent(new window.MouseEvent("click", { bubbles: true, cancelable: true }));
  return typeof result === "string" ? result : result.text();
};
const read = (text) => {
  try {
    const event = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
    return JSON.stringify(Object.fromEntries(["description", "location", "attendee", "uid"].map((name) => [name, event.getFirstPropertyValue(name)])));
  } catch (error) {
    return error.message.split("\n")[0];
  }
};
const plain = { title: "Talk", startTime: "2026-11-30T10:30:00+01:00" };
for (const more of [{ description: "one line" }, { description: "first\nsecond" }, { attendees: ["Jo Doe <jo@example.com>"] }, { attendees: ["Doe: Jo <jo@example.com>"] }, { location: "Suite #3" }]) {
  console.log(`${JSON.stringify(more)}: ${read(await click({ ...plain, ...more }))}`);
}
const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1";
for (const location of ["Suite 3", "Suite #3"]) {
  const address = await click({ ...plain, location }, phone);
  const text = await (await fetch(address)).text();
  console.log(`iPhone, ${location}: ${text.split("\n").slice(-3).join(" | ")}`);
}
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
{"description":"one line"}: {"description":"one line","location":null,"attendee":null,"uid":null}
{"description":"first\nsecond"}: invalid line (no token ";" or ":") "second"
{"attendees":["Jo Doe <jo@example.com>"]}: {"description":null,"location":null,"attendee":"mailto:jo@example.com","uid":null}
{"attendees":["Doe: Jo <jo@example.com>"]}: {"description":null,"location":null,"attendee":" Jo ;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:jo@example.com","uid":null}
{"location":"Suite #3"}: {"description":null,"location":"Suite #3","attendee":null,"uid":null}
iPhone, Suite 3: LOCATION:Suite 3 | END:VEVENT | END:VCALENDAR
iPhone, Suite #3: DTSTART:20261130T093000Z | SUMMARY:Talk | LOCATION:Suite 
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
