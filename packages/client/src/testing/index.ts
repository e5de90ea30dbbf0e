export type { Hover } from "./public-hovers.ts";
export { publicHovers, silentHovers, unreadableHovers } from "./public-hovers.ts";
