import { defineConfig } from "vitest/config";

// Vitest 4 no longer finds a file of this name by itself: the test script passes it with --config.
export default defineConfig({
  test: {
    // One PostgreSQL server for the whole run, started by the first test that asks for it.
    globalSetup: "packages/core/src/testing/postgres-server-setup.ts",
    projects: ["packages/core", "packages/client", "packages/worker", "packages/skill-creation", "apps/server", "apps/cli", "chaos"].map(
      (root) => ({
        test: {
          name: root.slice(root.indexOf("/") + 1),
          root,
          include: ["src/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      }),
    ),
  },
});
