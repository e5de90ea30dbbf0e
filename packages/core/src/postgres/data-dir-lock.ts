import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { tryLock } from "fs-native-extensions";
import { FleetError } from "../errors.ts";

/** Far behind the text, so that the file stays readable where locks are mandatory (Windows). */
const lockedByte = 2 ** 30;

/** That this process alone has a folder open. */
export interface DataDirLock {
  /** Whether the lock's file is still there. Without it another process may open the folder, if the folder is there at all. */
  isThere(): boolean;
  release(): void;
}

/**
 * Makes this process the only one that has the folder open.
 *
 * PGlite has no lock of its own: two processes on one cluster lose each other's acknowledged
 * writes. The operating system holds this lock, so it ends with the process, however that
 * ends, and a file that a killed process left behind locks nothing.
 *
 * @throws {FleetError} `STORE_UNAVAILABLE` that names the folder and the process that holds it
 */
export function lockDataDir(dataDir: string): DataDirLock {
  const dir = resolve(dataDir);
  const file = join(dir, "lock");
  const fd = openLockFile(dir, file);
  if (!tryLock(fd, lockedByte, 1)) {
    closeSync(fd);
    const message = `The data directory ${dir} is in use by ${describeHolder(file)}. Stop that process, or choose another directory with SKILL_FLEET_DATA_DIR.`;
    throw new FleetError("STORE_UNAVAILABLE", message);
  }
  ftruncateSync(fd);
  writeSync(fd, `process ${process.pid} on ${hostname()}, since ${new Date().toISOString()}\n`, 0);
  // A file system that counts no names says 0 of every file.
  const countsNames = fstatSync(fd).nlink > 0;
  return { isThere: () => !countsNames || fstatSync(fd).nlink > 0, release: () => closeSync(fd) };
}

function openLockFile(dir: string, file: string): number {
  try {
    makeFolder(dir);
    // "r+" would fail on a missing file, "w+" would empty the holder's.
    return openSync(file, "a+");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FleetError("STORE_UNAVAILABLE", `Cannot write to the data directory ${dir}: ${reason}`, { cause: error });
  }
}

/** As `mkdirSync` does with `recursive`, but that one never returns where a folder cannot be made (`/proc/x`, Node 20). */
function makeFolder(dir: string): void {
  // The root of a drive that is not there has no folder above.
  if (existsSync(dir) || dirname(dir) === dir) return;
  makeFolder(dirname(dir));
  try {
    mkdirSync(dir);
  } catch (error) {
    // Somebody else was faster.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function describeHolder(file: string): string {
  return readFileSync(file, "utf8").trim() || "another process";
}
