#!/bin/bash
# dbbasic-rss: newest() and oldest() compare the dates by the letters of their weekdays; local times are called GMT; and posts from files whose date is in
# YAML, or that have none, get no date at all.
#
# Versions: dbbasic-rss 1.0.0 with PyYAML 6.0.3, and feedparser 6.0.12 to read the result (PyPI), Python 3.11.
# Expected: the README: "newest(): Return newest publication date". RSS 2.0: "All date-times in RSS conform to the Date and Time Specification of RFC
#   822"; there GMT is the zone. from_directory(): "Get file modification time as date if not in metadata" and "Extract YAML frontmatter", in which "date:
#   2026-11-30" is a date.
# Seen: of posts of Wednesday 25, Friday 27 and Monday 30 November the newest is the one of Wednesday 25, the oldest that of Friday 27.
#   "2026-11-30T10:00:00-05:00" is written as 10:00:00 GMT, five hours early. From a folder with one file with "date: 2026-11-30" and one without there are
#   two items and no pubDate.
# Why it matters: readers sort by pubDate; posts without one are new for ever or never, and those with an offset appear before they were written.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check dbbasic-rss==1.0.0 PyYAML==6.0.3 feedparser==6.0.12

cat > find.py <<'PY'
import sys
from pathlib import Path

import dbbasic_rss
import feedparser

feed = dbbasic_rss.Feed(title="T", link="https://example.com", description="D")
for date in ("2026-11-25", "2026-11-27", "2026-11-30T10:00:00-05:00"):
    feed.add_post(title=date, link=f"https://example.com/{date}", pub_date=date)
print("newest:", feed.newest(), "- oldest:", feed.oldest())
times = {entry.title: entry.published_parsed[:5] for entry in feedparser.parse(feed.to_xml()).entries}
print("read by feedparser, in UTC:", times)
Path("posts").mkdir()
Path("posts/one.md").write_text("---\ntitle: One\ndate: 2026-11-30\n---\nText")
Path("posts/two.md").write_text("Text")
text = dbbasic_rss.from_directory("posts", url_pattern="https://example.com/{stem}/").to_xml()
print(f"from the folder: {text.count('<item>')} items, {text.count('<pubDate>')} pubDate")
sys.exit(
    not feed.newest().startswith("Wed, 25 Nov")
    or not feed.oldest().startswith("Fri, 27 Nov")
    or times["2026-11-30T10:00:00-05:00"] != (2026, 11, 30, 10, 0)
    or (text.count("<item>"), text.count("<pubDate>")) != (2, 0)
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
