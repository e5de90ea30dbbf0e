export { type Config, ConfigError, readConfig } from "./config.ts";
export type { Context } from "./context.ts";
export { createLog, type Log, type LogOptions } from "./log.ts";
export { readRetention, retentionWords } from "./retention-days.ts";
export { type AppRouter, appRouter } from "./router.ts";
export { createServer, type Server, type ServerParts } from "./server.ts";
export { type Service, startService } from "./service.ts";
