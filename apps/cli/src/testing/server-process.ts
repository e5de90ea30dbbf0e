import { type CommandOptions, CommandProcess } from "./command-process.ts";

export interface ServerOptions extends CommandOptions {
  /** What else the command line says. Default: nothing, and any free port. */
  readonly args?: readonly string[];
}

interface RequestParts {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says; the tests look at it field by field
  readonly body: any;
}

/** `skill-fleet serve` as a process of its own, on a free port. */
export class ServerProcess extends CommandProcess {
  #url = "";

  /**
   * Starts a server and returns once it serves. It has no worker unless the environment turns it on: one
   * would race with a test that moves jobs of the built-in type by hand.
   *
   * @throws with all that it wrote when it does not serve
   */
  static async start({ args = [], environment = {}, ...options }: ServerOptions): Promise<ServerProcess> {
    const variables = { SKILL_FLEET_WORKER: "off", ...environment };
    const server = new ServerProcess(["serve", "--port", "0", ...args], { ...options, environment: variables });
    try {
      const [, url = ""] = await server.waitForLine(/Listening on (http:\/\/[\d.]+:\d+)/);
      await server.waitForLine(/cleanup task started/);
      server.#url = url;
      return server;
    } catch (error) {
      await server.kill9();
      throw error;
    }
  }

  get url(): string {
    return this.#url;
  }

  /** Calls the REST surface; a body is sent as JSON. */
  async request(method: string, path: string, { body, headers = {} }: RequestParts = {}): Promise<Reply> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const reply = await fetch(`${this.#url}${path}`, { method, headers: { ...type, ...headers }, ...content });
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, body: text === "" ? undefined : JSON.parse(text) };
  }
}
