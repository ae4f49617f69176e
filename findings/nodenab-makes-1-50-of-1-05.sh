#!/bin/bash
# nodenab: 3 times 0.35 reais, 1.05, is written as 1.50 into the file for the bank, and 12.995 makes its line one digit too long.
#
# Versions: nodenab 1.2.1 (npm), Node.js.
# Expected: FEBRABAN, "Layout Padrão de Arquivos CNAB 240/400": a field 9(8)V9(2) has ten digits, the last two of which are the centavos. In JavaScript
#   3 * 0.35 is 1.0499999999999998, which is 1.05 with two decimals.
# Seen: 1.05 gives 0000000105, as it should. 3 * 0.35 gives 0000000150, and 12.051 gives 0000001250: the decimals are rounded as a number of its own, which
#   loses its leading zero, and a zero is put behind. 12.995 gives 00000012100, eleven digits, so that all further fields stand one to the right.
# Why it matters: payments and bills over up to 90 centavos more than meant, without an error, for sums that were computed. Round with toFixed(2) before.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts nodenab@1.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const { Layout, Remessa, RemessaFile } = createRequire(import.meta.url)("nodenab");

const layout = new Layout(237, "400", {
  servico: "x", versao: "1", layout: "400", retorno: {},
  remessa: {
    header_arquivo: { valor: { pos: [1, 10], picture: "9(8)V9(2)" }, nome: { pos: [11, 14], picture: "X(4)" } },
    detalhes: {},
    trailer_arquivo: { registro: { pos: [1, 1], picture: "9(1)" } },
  },
}, { loadFromFile: false });
for (const amount of [1.05, 3 * 0.35, 12.05, 12.051, 12.99, 12.995]) {
  const remessa = new Remessa(layout);
  remessa.header.set("valor", amount);
  remessa.header.set("nome", "NAME");
  remessa.trailer.set("registro", 9);
  const [line] = new RemessaFile(remessa).generate().split("\r\n");
  console.log(`${amount}: ${line.replace("NAME", " NAME")}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
1.05: 0000000105 NAME
1.0499999999999998: 0000000150 NAME
12.05: 0000001205 NAME
12.051: 0000001250 NAME
12.99: 0000001299 NAME
12.995: 00000012100 NAME
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
