import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = `${here}node_modules`;
/** Written when an installation is complete. */
const stamp = `${modules}/.installed`;
const maxAgeMs = 24 * 60 * 60 * 1_000;

/** Some of the peers need a newer Node than we promise to run on. This package is nothing but its binary. */
const nodePackage = `node-${process.platform}-${process.arch}`;
const { dependencies } = readManifest(`${here}package.json`);
const peers = Object.keys(dependencies);

/**
 * Installs the newest versions of the job queues that we are measured next to, and the newest Node, which runs
 * all contestants; unless that was done less than a day ago and `refresh` does not ask for it.
 *
 * @returns {Promise<{ node: string, versions: Record<string, string> }>} the Node to run with, and what is installed
 * @throws {Error} when they cannot be had, as without a network
 */
export async function installPeers({ refresh = false } = {}) {
  if (refresh || !isFresh()) await install();
  const versions = Object.fromEntries(peers.map((name) => [name, readManifest(`${modules}/${name}/package.json`).version]));
  const node = `${modules}/${nodePackage}/bin/node${process.platform === "win32" ? ".exe" : ""}`;
  return { node, versions: { Node: readManifest(`${modules}/${nodePackage}/package.json`).version, ...versions } };
}

function isFresh() {
  return existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < maxAgeMs;
}

async function install() {
  process.stderr.write(`Installing ${[...peers, nodePackage].join(", ")}, at their newest versions\n`);
  rmSync(modules, { recursive: true, force: true });
  const newest = [...peers, nodePackage].map((name) => `${name}@latest`);
  const flags = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = spawn("npm", ["install", ...flags, ...newest], { cwd: here, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  const kill = () => npm.kill();
  process.once("exit", kill);
  const [code] = await once(npm, "exit");
  process.off("exit", kill);
  if (code !== 0) throw new Error(`npm could not install them (exit code ${code}). Is there a network?`);
  writeFileSync(stamp, "");
}

function readManifest(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
