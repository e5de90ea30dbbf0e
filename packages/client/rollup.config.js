import { dts } from "rollup-plugin-dts";

// The published declarations stand alone: what they take from the server and the core, which are
// not published, is written into them. Both are read as sources, so that each type is there once.
export default {
  input: "src/index.ts",
  output: { file: "types/index.d.ts" },
  external: [/^@trpc\//, /^node:/, "zod"],
  plugins: [
    dts({
      includeExternal: ["@skill-fleet/core", "@skill-fleet/server"],
      tsconfig: "tsconfig.json",
      compilerOptions: {
        paths: { "@skill-fleet/core": ["../core/src/index.ts"], "@skill-fleet/server": ["../../apps/server/src/index.ts"] },
      },
    }),
  ],
};
