import { health, readiness } from "../../system/system-schemas.ts";
import { type RestRoute, route } from "../rest-route.ts";

/** The probes; they alone stand outside of the prefix. */
export const systemRoutes: readonly RestRoute[] = [
  route({
    method: "GET",
    path: "/health",
    procedure: "system.health",
    summary: "Whether the process lives.",
    output: health,
    status: 200,
    errors: [],
  }),
  route({
    method: "GET",
    path: "/ready",
    procedure: "system.ready",
    summary: "Whether work can be taken: the database answers and has every migration.",
    output: readiness,
    status: 200,
    errors: [],
  }),
];
