import type { ModelSettings } from "../author/author-settings.ts";
import { ModelAuthor } from "../author/model/model-author.ts";
import { type ModelServer, startModelServer } from "./model-server.ts";

/** An author whose model runs on a server of the test, and whose waits between retries take no time. */
interface ModelUnderTest extends AsyncDisposable {
  readonly author: ModelAuthor;
  readonly server: ModelServer;
  /** How long it would have waited before each retry, in milliseconds. */
  readonly waits: readonly number[];
}

/** What no message may contain. */
export const secretKey = "sk-secret-0123456789";

export async function startModelUnderTest(settings: Partial<ModelSettings> = {}): Promise<ModelUnderTest> {
  const server = await startModelServer();
  const waits: number[] = [];
  const author = new ModelAuthor({ baseUrl: server.baseUrl, apiKey: secretKey, model: "tide-1", ...settings }, async (ms) => {
    waits.push(ms);
  });
  return { author, server, waits, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
