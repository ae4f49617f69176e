#!/bin/bash
# Ruby's multipart-parser: in 'form-data; filename="a.txt"; name="file"' the field is called a.txt, "a;b.txt" is no file name, and a part with Content-MD5 ends
#   the reading.
#
# Versions: multipart-parser 0.1.1 (Debian 12: ruby-multipart-parser 0.1.1-4), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1), Python
#   3.11's email for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 6266, section 4.1, and RFC 2183, section 2: parameters of Content-Disposition have no order, and values in quotation marks may have
#   semicolons; RFC 2045, section 5.1: a value may be without quotation marks. RFC 5322, section 2.2: names of fields have any printable letters but the colon;
#   RFC 2045, section 3, and RFC 1864 have Content-MD5. RFC 7578, section 4.8, allows other fields in a part, which "MUST be ignored".
# Seen: the name is what follows the first 'name="', which is the end of 'filename="' too. A name without quotation marks is nil, and so is a file name with
#   a semicolon in it. At a digit or an underscore in a field's name the parser stops with "Parser error". A boundary keeps the blank behind it.
# Why it matters: a form arrives with fields of other names, or an upload without its file name is taken for a text; what follows such a part is lost.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-multipart-parser=0.1.1-4 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
export RUBYLIB=usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0:$(echo usr/share/rubygems-integration/all/gems/multipart-parser-*/lib)

cat > parts <<'TEXT'
Content-Disposition: form-data; name="file"; filename="a.txt"
Content-Disposition: form-data; filename="a.txt"; name="file"
Content-Disposition: form-data; name="file"; filename="a;b.txt"
Content-Disposition: form-data; name=file; filename=a.txt
Content-Disposition: form-data; name="file"; filename="a.txt"|Content-MD5: XUFAKrxLKna5cZ2REBfFkg==
TEXT
cat > find.rb <<'RUBY'
require "multipart_parser/reader"

File.foreach("parts", chomp: true) do |text|
  parts = []
  reader = MultipartParser::Reader.new("abc")
  reader.on_part { |part| parts << "name #{part.name || "-"}, file #{part.filename || "-"}" }
  reader.on_error { |error| parts << error }
  reader.write("--abc\r\n#{text.gsub("|", "\r\n")}\r\n\r\nHello\r\n--abc--\r\n")
  puts "multipart-parser: #{parts.join("; ")}"
end
p MultipartParser::Reader.extract_boundary_value("multipart/form-data; boundary=abc ; charset=utf-8")
RUBY
cat > find.py <<'PY'
import email

for line in open("parts"):
    part = email.message_from_string(line.strip().replace("|", "\n") + "\n\nHello")
    print(f"Python: name {part.get_param('name', '-', 'content-disposition')}, file {part.get_filename('-')}")
print("Python:", repr(email.message_from_string("Content-Type: multipart/form-data; boundary=abc ; charset=utf-8\n\n").get_boundary()))
PY
{
    timeout 20 usr/bin/ruby3.1 --disable-gems find.rb
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
multipart-parser: name file, file a.txt
multipart-parser: name a.txt, file a.txt
multipart-parser: name file, file -
multipart-parser: name -, file -
multipart-parser: Parser error, 80 of 127 bytes parsed
"abc "
Python: name file, file a.txt
Python: name file, file a.txt
Python: name file, file a;b.txt
Python: name file, file a.txt
Python: name file, file a.txt
Python: 'abc'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
