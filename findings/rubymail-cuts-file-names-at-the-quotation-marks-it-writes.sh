#!/bin/bash
# RubyMail: the name my "new" file.txt becomes filename="my "new" file.txt", of which it reads "my ", and names in the manner of RFC 2231 it does not know.
#
# Versions: RubyMail 1.1.4 (Debian 12: ruby-rubymail 1.1.4-1), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1), Python 3.11's email for
#   comparison. Wants `apt-get update` beforehand.
# Expected: RFC 2045, section 5.1: the value of a parameter is a token or a quoted string, in which a quotation mark is \". RFC 2231, sections 3 and
#   4: filename*=UTF-8''... is the parameter filename, and so are filename*0 and filename*1. RFC 6532: names of people may be in UTF-8. RFC 5322,
#   section 3.4: "J. Doe" in front of an address is its name, with the blank.
# Seen: RMail::Header#add writes the quotation marks as they are, with which even a backslash at the end of a name eats the closing one, and #param
#   reads "my " from it, though it reads \" when others have written it. The parameter is nil in both of RFC 2231's forms. RMail::Address.parse
#   raises Encoding::CompatibilityError at a name in UTF-8, and of "J. Doe" makes "J.Doe".
# Why it matters: attachments that were sent with their names are stored without them, or with half of them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-rubymail=1.1.4-1 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu LC_ALL=C.UTF-8
gem=$(echo usr/share/rubygems-integration/all/gems/rmail-*/lib)
export RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0:$gem

cat > find.rb <<'RUBY'
require "rmail"

header = RMail::Header.new
header.add("Content-Disposition", "attachment", nil, "filename" => 'my "new" file.txt')
File.write("written", "Content-Disposition: #{header["Content-Disposition"]}\n\n")
ARGV.each do |name|
  header = RMail::Parser.read(File.read(name)).header
  puts "#{header["Content-Disposition"]}|#{header.param("content-disposition", "filename").inspect}"
end
['"Doe, Jo" <jo@example.org>', "J. Doe <jo@example.org>", "Müller <jo@example.org>"].each do |text|
  names = RMail::Address.parse(text).map(&:display_name)
  puts "#{text}: #{names}"
rescue EncodingError => error
  puts "#{text}: #{error.class}: #{error.message}"
end
RUBY
cat > find.py <<'PY'
import email
import email.policy
import subprocess
from pathlib import Path

CASES = (
    'filename="my \\"new\\" file.txt"',
    "filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt",
    'filename*0="a name in "; filename*1="two parts.txt"',
)

names = ["written"]
for number, case in enumerate(CASES):
    names.append(f"given{number}")
    Path(names[-1]).write_text(f"Content-Disposition: attachment; {case}\n\n")
result = subprocess.run(["usr/bin/ruby3.1", "--disable-gems", "find.rb", *names], stdout=subprocess.PIPE, text=True, timeout=30, check=True)
lines = result.stdout.splitlines()
for name, line in zip(names, lines):
    header, filename = line.split("|")
    print(header)
    if name != "written":
        right = email.message_from_string(Path(name).read_text(), policy=email.policy.default)
        print("    email:", right.get_filename())
    print("    RubyMail:", filename)
print(*lines[len(names) :], sep="\n")
for text in ("J. Doe <jo@example.org>", "Müller <jo@example.org>"):
    print(f"email: {email.message_from_string(f'To: {text}', policy=email.policy.default)['To'].addresses[0].display_name}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
attachment; filename="my "new" file.txt"
    RubyMail: "my "
attachment; filename="my \"new\" file.txt"
    email: my "new" file.txt
    RubyMail: "my \"new\" file.txt"
attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt
    email: Grüße.txt
    RubyMail: nil
attachment; filename*0="a name in "; filename*1="two parts.txt"
    email: a name in two parts.txt
    RubyMail: nil
"Doe, Jo" <jo@example.org>: ["Doe, Jo"]
J. Doe <jo@example.org>: ["J.Doe"]
Müller <jo@example.org>: Encoding::CompatibilityError: incompatible encoding regexp match (ASCII-8BIT regexp with UTF-8 string)
email: J. Doe
email: Müller
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
