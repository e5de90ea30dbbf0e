// Packs the client as it would be published, installs it in an empty project outside the workspace,
// type-checks what a user would write and what a user must not write, and runs it against a server.
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const client = fileURLToPath(new URL("..", import.meta.url));
const root = join(client, "../..");
const bin = join(client, "node_modules/.bin");
const project = mkdtempSync(join(tmpdir(), "skill-fleet-consumer-"));
const startTimeoutMs = 60_000;

/** Modules that the published JavaScript may import. */
const allowedImports = ["@trpc/client", "uuid", "zod"];

function run(command, args, options = {}) {
  return execFileSync(command, args, { encoding: "utf8", cwd: project, stdio: ["ignore", "pipe", "inherit"], ...options });
}

function check(what, work) {
  try {
    work();
    console.log(`ok  ${what}`);
  } catch (error) {
    console.error(`FAILED  ${what}\n${error.stdout ?? ""}${error.message}`);
    process.exitCode = 1;
  }
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(client, "node_modules", name, "package.json"), "utf8")).version;
}

async function withServer(work) {
  const server = spawn(process.execPath, [join(root, "apps/cli/bin/skill-fleet.js"), "serve"], {
    cwd: project,
    env: { PATH: process.env.PATH, SKILL_FLEET_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const timeout = setTimeout(() => server.kill("SIGKILL"), startTimeoutMs);
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      const url = /Listening on (\S+)/.exec(line)?.[1];
      if (url !== undefined) return work(url);
    }
    throw new Error("the server did not start");
  } finally {
    clearTimeout(timeout);
    server.kill("SIGTERM");
  }
}

try {
  run("npx", ["-y", "pnpm", "pack", "--pack-destination", project], { cwd: client });
  const [archive] = readdirSync(project).filter((file) => file.endsWith(".tgz"));
  const dependencies = { "@skill-fleet/client": `file:${archive}`, zod: versionOf("zod") };
  const devDependencies = {
    typescript: versionOf("typescript"),
    "@types/node": JSON.parse(readFileSync(join(root, "node_modules/@types/node/package.json"), "utf8")).version,
  };
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module", dependencies, devDependencies }));
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    target: "es2023",
    // tRPC's own declarations name Disposable.
    lib: ["es2023", "esnext.disposable"],
    module: "nodenext",
    types: ["node"],
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["good.ts", "wrong.ts"] }));
  for (const file of ["good.ts", "wrong.ts"]) copyFileSync(join(client, "scripts/consumer", file), join(project, file));

  check("the package installs alone", () => run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]));
  check("its JavaScript imports nothing of the server", () => {
    const folder = join(project, "node_modules/@skill-fleet/client");
    const { dependencies: own } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(!("pg" in own) && !Object.keys(own).some((name) => name.startsWith("@skill-fleet/")), `it depends on ${Object.keys(own)}`);
    for (const file of readdirSync(join(folder, "dist"))) {
      for (const [, name] of readFileSync(join(folder, "dist", file), "utf8").matchAll(/\bfrom ["']([^."'][^"']*)["']/g)) {
        expect(allowedImports.includes(name), `${file} imports ${name}`);
      }
    }
  });
  check("what a user writes compiles, and what must not compile does not", () => run("npx", ["tsc"]));
  check("publint finds nothing", () => run(join(bin, "publint"), [join(project, archive), "--strict"]));
  check("every resolution finds its types", () => run(join(bin, "attw"), [join(project, archive), "--profile", "esm-only"]));
  await withServer((url) => {
    check("it runs against a live server", () =>
      run(process.execPath, ["good.js"], { env: { PATH: process.env.PATH, SKILL_FLEET_URL: url } }),
    );
  });
} finally {
  rmSync(project, { recursive: true, force: true });
}
