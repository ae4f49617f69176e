// TLS by rustls, in Deno. See README.md.
import { Buffer } from "node:buffer";
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

async function obey(conn) {
  let data = Buffer.alloc(0);
  let end = "";
  const readUntil = async (enough) => {
    const piece = new Uint8Array(65536);
    while (!end && data.length < enough) {
      const n = await conn.read(piece);
      if (n === null) end = "end";
      else data = Buffer.concat([data, piece.subarray(0, n)]);
    }
  };
  const write = async (data) => {
    for (let done = 0; done < data.length; ) done += await conn.write(data.subarray(done));
  };
  let order, count;
  try {
    await conn.handshake();
    if (role === "client") await write(bytes("request\n"));
    await readUntil(16);
    [order, count] = data.toString("latin1", 0, 16).trim().split(/ +/);
    data = data.subarray(16);
    for (let sent = 0; order === "pour" && sent < count; sent++) await write(new Uint8Array(1));
    if (order === "end" || order === "pour") await conn.closeWrite();
    await readUntil(order === "echo" ? count : Infinity);
    if (order === "echo") await write(data);
    if (order === "listen" && count > 0) {
      await write(Buffer.alloc(count / 2));
      await new Promise((resolve) => setTimeout(resolve, 100));
      await write(Buffer.alloc(count / 2));
    }
  } catch (error) {
    end += (end && ", then ") + error.message;
  }
  try {
    conn.close();
  } catch {} // it is closed already
  const digest = createHash("sha256").update(data).digest("hex");
  console.log(order ? `arrived ${data.length} ${digest} ${end || "closed"}` : `failed ${end}`);
}

// rustls tells its version to nobody, but the program has the paths of its sources in it.
const program = Buffer.from(Deno.readFileSync(Deno.execPath()));
const [rustls] = program.subarray(program.indexOf("/rustls-")).toString("latin1", 1, 40).split("/");
console.log(`version Deno ${Deno.version.deno}, ${rustls.replace("-", " ")}`);
const obeys = ["obeys", "demands"].includes(manner ?? port);

if (role === "server") {
  const options = { hostname: "127.0.0.1", port: 0, cert: paper("certificate"), key: paper("key") };
  const listener = Deno.listenTls(options);
  console.log(`port ${listener.addr.port}`);
  for await (const conn of listener) await (obeys ? obey : read)(conn);
} else {
  const options = { hostname: "127.0.0.1", port: Number(port), caCerts: [paper("ca")] };
  for (let run = 0; run < runs; run++) {
    const conn = await Deno.connectTls(options);
    if (obeys) {
      await obey(conn);
      continue;
    }
    await conn.write(bytes("request\n"));
    if (manner === "ends") await conn.closeWrite();
    await read(conn);
  }
}
