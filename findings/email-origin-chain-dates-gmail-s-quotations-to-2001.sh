#!/bin/bash
# email-origin-chain: mails that were quoted by Gmail are of 2001, and the recipients of a forwarded one are one address.
#
# Versions: email-origin-chain 1.0.11, email-forward-parser 1.8.3 to compare with (npm), Node.js.
# Expected: its documentation: it detects '"On ... wrote:" reply headers in 15+ languages'; `to` is a "list of primary recipients"; date_iso
#   the date in "ISO 8601 UTC representation". Gmail in English writes "On Sat, Nov 28, 2026 at 7:01 AM Jo <jo@example.org> wrote:".
# Seen: of that line date_raw is "Sat, Nov 28" and date_iso 2001-11-28T00:00:00.000Z. Of "Sat, 28 Nov 2026 at 07:01", as Gmail writes in
#   Britain, "Sat" is left, and no date. The To of a forwarded mail, with two people, is one object, whose address is the whole line
#   without its "<>"; email-forward-parser reads two from the same lines.
# Why it matters: a trail of a conversation, "perfect" by its documentation, begins with its last answer a quarter of a century early.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts email-origin-chain@1.0.11 email-forward-parser@1.8.3 >npm.log 2>&1

cat > find.cjs <<'JS'
const { extractDeepestHybrid } = require("email-origin-chain");
const { default: ForwardParser } = require("email-forward-parser");

const mail = (text) => `From: Al <al@example.org>
To: b@example.org
Subject: Re: Order
Date: Mon, 30 Nov 2026 09:30:00 +0000
MIME-Version: 1.0
Content-Type: text/plain

${text}`;
const forwarded = `FYI

---------- Forwarded message ---------
From: Jo <jo@example.org>
Date: Sun, Nov 29, 2026 at 8:05 PM
Subject: Order
To: Al <al@example.org>, Bo <bo@example.org>

Yes please.
`;
(async () => {
  for (const date of ["Sat, Nov 28, 2026 at 7:01 AM", "Sat, 28 Nov 2026 at 07:01"]) {
    const { date_raw, date_iso } = await extractDeepestHybrid(mail(`Yes.\n\nOn ${date} Jo <jo@example.org> wrote:\n> Do you want it?\n`));
    console.log(`${date}: ${date_raw}, ${date_iso}`);
  }
  console.log("forwarded to:", JSON.stringify((await extractDeepestHybrid(mail(forwarded))).to));
  console.log("email-forward-parser:", JSON.stringify(new ForwardParser().read(forwarded, "Fwd: Order").email.to));
})();
JS
TZ=UTC timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
Sat, Nov 28, 2026 at 7:01 AM: Sat, Nov 28, 2001-11-28T00:00:00.000Z
Sat, 28 Nov 2026 at 07:01: Sat, null
forwarded to: {"address":"Al al@example.org, Bo bo@example.org"}
email-forward-parser: [{"address":"al@example.org","name":"Al"},{"address":"bo@example.org","name":"Bo"}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
