// Packs what is published as it would be published, installs it all in one empty project outside the
// workspace, type-checks what a user would write and what a user must not write, and runs it against a server.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules/.bin");
const project = mkdtempSync(join(tmpdir(), "skill-fleet-consumer-"));
const startTimeoutMs = 60_000;

/** What is published, with the modules that its JavaScript and its declarations may import. */
const packages = [
  { name: "client", imports: ["@trpc/client", "uuid", "zod"], typeImports: ["@trpc/server", "zod"] },
  {
    name: "worker",
    imports: ["@skill-fleet/client", "node:crypto", "node:os", "node:timers/promises", "p-retry"],
    typeImports: ["@skill-fleet/client", "type-fest", "zod"],
  },
];

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

function versionOf(path) {
  return JSON.parse(readFileSync(join(root, path, "package.json"), "utf8")).version;
}

/** Packs a package, and returns the name of its archive in the project. */
function pack(name) {
  run("npx", ["-y", "pnpm", "pack", "--pack-destination", project], { cwd: join(root, "packages", name) });
  return readdirSync(project).find((file) => file.endsWith(".tgz") && file.includes(`-${name}-`));
}

/** The files of an installed package that end like this. */
function filesOf(folder, ending) {
  return readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(ending) && !file.startsWith("node_modules"));
}

function checkImports({ name, imports, typeImports }) {
  const folder = join(project, "node_modules/@skill-fleet", name);
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const known = [...imports, ...typeImports];
  for (const dependency of Object.keys(dependencies)) expect(known.includes(dependency), `it depends on ${dependency}`);
  for (const [ending, allowed] of [
    [".js", imports],
    [".d.ts", typeImports],
  ]) {
    const files = filesOf(folder, ending);
    expect(files.length > 0, `it has no ${ending}`);
    for (const file of files) {
      expect(!/\btesting\b|\.test\./.test(file), `${file} is for tests`);
      for (const [, module] of readFileSync(join(folder, file), "utf8").matchAll(/\b(?:from|import)[ (]["']([^."'][^"']*)["']/g)) {
        expect(allowed.includes(module), `${file} imports ${module}`);
      }
    }
  }
}

async function withServer(work) {
  const server = spawn(process.execPath, [join(root, "apps/cli/bin/skill-fleet.js"), "serve"], {
    cwd: project,
    // The consumers move jobs by hand that a worker of the server would take.
    env: { PATH: process.env.PATH, SKILL_FLEET_PORT: "0", SKILL_FLEET_WORKER: "off" },
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
  const archives = packages.map(({ name }) => [name, pack(name)]);
  const dependencies = {
    ...Object.fromEntries(archives.map(([name, archive]) => [`@skill-fleet/${name}`, `file:${archive}`])),
    zod: versionOf("packages/client/node_modules/zod"),
  };
  const devDependencies = {
    typescript: versionOf("node_modules/typescript"),
    "@types/node": versionOf("node_modules/@types/node"),
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
  const include = packages.map(({ name }) => name);
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include }));
  for (const { name } of packages) cpSync(join(root, "packages", name, "scripts/consumer"), join(project, name), { recursive: true });

  check("the packages install alone", () => run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]));
  for (const parts of packages) check(`the ${parts.name} imports nothing of the server`, () => checkImports(parts));
  check("what a user writes compiles, and what must not compile does not", () => run("npx", ["tsc"]));
  for (const [name, archive] of archives) {
    check(`publint finds nothing in the ${name}`, () => run(join(bin, "publint"), [join(project, archive), "--strict"]));
    check(`every resolution finds the types of the ${name}`, () =>
      run(join(bin, "attw"), [join(project, archive), "--profile", "esm-only"]),
    );
  }
  await withServer((url) => {
    for (const { name } of packages) {
      check(`the ${name} runs against a live server`, () =>
        run(process.execPath, [join(name, "good.js")], { env: { PATH: process.env.PATH, SKILL_FLEET_URL: url } }),
      );
    }
  });
} finally {
  rmSync(project, { recursive: true, force: true });
}
