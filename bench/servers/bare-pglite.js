// PGlite on a folder, with as little memory set aside as the fleet lets it have, and as little HTTP as says that it is open.
import { createServer } from "node:http";
import { PGlite } from "@electric-sql/pglite";

const settings = ["shared_buffers=8MB", "max_connections=10", "max_wal_senders=0"].flatMap((setting) => ["-c", setting]);
const pglite = await PGlite.create(process.argv[2], { startParams: [...PGlite.defaultStartParams, ...settings] });
await pglite.query("select count(*) from jobs");
const server = createServer((_request, reply) => reply.end());
server.listen(0, "127.0.0.1", () => console.log(`Listening on http://127.0.0.1:${server.address().port}`));
