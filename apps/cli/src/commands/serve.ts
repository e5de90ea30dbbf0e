import type { Command } from "commander";
import { keepProcessLean } from "../lean-process.ts";
import { parseHost, wholeNumber } from "../options.ts";
import { runAgainAndAgain } from "../reload.ts";

interface ServeFlags {
  readonly host?: string;
  readonly port?: number;
  readonly reload?: boolean;
  readonly skipDbInit?: boolean;
  readonly worker: boolean;
}

export function addServe(program: Command): void {
  program
    .command("serve")
    .description("Run the server")
    .option("--host <host>", "where to listen (default: SKILL_FLEET_HOST, or 127.0.0.1)", parseHost)
    .option("--port <port>", "where to listen (default: SKILL_FLEET_PORT, or 8000)", wholeNumber(0, 65_535))
    .option("--reload", "start again whenever the built code changes")
    .option("--skip-db-init", "leave the tables as they are, and refuse to start when migrations are missing")
    .option("--no-worker", "leave jobs of the built-in type to other workers (default: SKILL_FLEET_WORKER, or on)")
    .addHelpText("after", "\nEverything else comes from the environment and from .env: docs/configuration.md has the table.")
    .action(async ({ host, port, reload, skipDbInit, worker }: ServeFlags) => {
      if (reload) {
        process.exitCode = await runAgainAndAgain();
        return;
      }
      keepProcessLean();
      // Loaded here: the other commands start in a fraction of the time that a server takes to load.
      const { runServer } = await import("../run-server.ts");
      process.exitCode = await runServer({ host, port, dbInit: !skipDbInit, worker });
    });
}
