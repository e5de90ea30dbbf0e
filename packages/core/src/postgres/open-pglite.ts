import { PGlite } from "@electric-sql/pglite";
import { DurableNodeFs, durableStartParams } from "./durable-node-fs.ts";

/**
 * PostgreSQL sets memory aside for 100 connections and 128 MB of pages, and all of it would be the process's from the start:
 * WebAssembly has no memory that is only promised. Here is one connection, and pages that do not fit are in the file cache
 * of the operating system, one read away.
 */
const frugalStartParams = ["shared_buffers=8MB", "max_connections=10", "max_wal_senders=0"].flatMap((setting) => ["-c", setting]);

/** Opens the cluster in a folder, durable and frugal; an empty folder gets one. */
export function openPglite(folder: string): Promise<PGlite> {
  const startParams = [...PGlite.defaultStartParams.filter((param) => param !== "-F"), ...durableStartParams, ...frugalStartParams];
  return PGlite.create({ fs: new DurableNodeFs(folder), startParams });
}
