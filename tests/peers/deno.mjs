// TLS by rustls, in Deno. See README.md.
import { createHash } from "node:crypto";

const [role, directory, port, manner, runs] = Deno.args;
const paper = (name) => Deno.readTextFileSync(`${directory}/${name}.pem`);
const bytes = (text) => new TextEncoder().encode(text);

async function read(conn) {
  const digest = createHash("sha256");
  const data = new Uint8Array(65536);
  let count = 0;
  let end = "close_notify";
  try {
    for (let reads = 1; ; reads++) {
      const n = await conn.read(data);
      if (n === null) break;
      digest.update(data.subarray(0, n));
      count += n;
      // In vain, perhaps: what counts is what can be read.
      if (manner === "talks" && reads % 4 === 0) await conn.write(bytes("more\n")).catch(() => {});
    }
  } catch (error) {
    end = error.message;
  }
  conn.close();
  console.log(`arrived ${count} ${digest.digest("hex")} ${end}`);
}

if (role === "server") {
  const options = { hostname: "127.0.0.1", port: 0, cert: paper("certificate"), key: paper("key") };
  const listener = Deno.listenTls(options);
  console.log(`port ${listener.addr.port}`);
  for await (const conn of listener) await read(conn);
} else {
  const options = { hostname: "127.0.0.1", port: Number(port), caCerts: [paper("ca")] };
  for (let run = 0; run < runs; run++) {
    const conn = await Deno.connectTls(options);
    await conn.write(bytes("request\n"));
    if (manner === "ends") await conn.closeWrite();
    await read(conn);
  }
}
