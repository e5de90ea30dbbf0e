import type OpenAI from "openai";
import { AuthorError } from "../author-error.ts";
import type { ModelSettings } from "../author-settings.ts";
import { Patience } from "./patience.ts";
import { translateError } from "./translate-error.ts";

/** One side of a conversation with a model. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** What a model said. */
export interface ChatReply {
  readonly text: string;
  /** Whether it was cut off, because it would have become longer than the endpoint allows. */
  readonly cut: boolean;
}

const defaultTimeoutMs = 120_000;

/** More than any skill has; a model that does not stop by itself is stopped here. In UTF-16 units. */
const maxReplyLength = 400_000;

/** A reply as it comes in. */
interface Received {
  text: string;
  refusal: string;
  finishReason: string | null;
  /** How many messages of the protocol came. */
  parts: number;
}

/**
 * A chat completions endpoint that speaks the protocol of OpenAI, and one model there. Holds no
 * connection between requests.
 *
 * The SDK is version 6, for version 7 needs Node 22. It is loaded with the first request, so that
 * whoever uses no model does not wait for it, and it repeats nothing itself: its waits heed no signal.
 */
export class ChatEndpoint {
  /** Who answers, for people. */
  readonly name: string;
  readonly #settings: ModelSettings;
  readonly #timeoutMs: number;

  constructor(settings: ModelSettings) {
    this.#settings = settings;
    this.#timeoutMs = settings.timeoutMs ?? defaultTimeoutMs;
    this.name = `${settings.model} at ${new URL(settings.baseUrl).host}`;
  }

  /**
   * Sends one request, once, and returns what the model said; not empty.
   *
   * @param stream whether the reply comes piece by piece; for long ones, since a silence is then noticed
   * @throws {AuthorError} when there is no reply, or one that is not of the protocol
   * @throws the reason of the signal once that is aborted
   */
  async send(messages: readonly ChatMessage[], stream: boolean, signal: AbortSignal): Promise<ChatReply> {
    const sdk = await import("openai");
    using patience = new Patience(this.name, this.#timeoutMs, signal);
    const { model, apiKey } = this.#settings;
    let received: Received;
    try {
      const { completions } = this.#connect(sdk.OpenAI).chat;
      const body = { model, messages: [...messages] };
      received = stream ? await receiveStream(completions, body, patience) : await receiveWhole(completions, body, patience);
    } catch (error) {
      patience.signal.throwIfAborted();
      if (error instanceof AuthorError) throw error;
      throw translateError(error, this.name, apiKey, sdk);
    }
    // An aborted stream ends as if it were complete.
    patience.signal.throwIfAborted();
    return this.#judge(received);
  }

  #judge({ text, refusal, finishReason, parts }: Received): ChatReply {
    const fail = (code: "refused" | "unavailable" | "nonsense", what: string) => new AuthorError(code, `${this.name} ${what}`);
    if (parts === 0) {
      throw fail("nonsense", "did not answer as a chat completions endpoint does. Check that the base URL is right; most end in /v1.");
    }
    if (finishReason === "content_filter" || (refusal !== "" && text.trim() === "")) {
      throw fail("refused", `declined to write this: ${refusal || "its content filter stepped in"}. Put the task differently.`);
    }
    if (finishReason === null) throw fail("unavailable", "broke off in the middle of its reply. Try again.");
    return { text: text.replaceAll("\u0000", "").toWellFormed(), cut: finishReason === "length" };
  }

  #connect(Client: typeof OpenAI): OpenAI {
    const { baseUrl, apiKey } = this.#settings;
    return new Client({
      baseURL: baseUrl,
      // The SDK insists on a key; an endpoint that wants none gets no header.
      apiKey: apiKey === "" ? "none" : apiKey,
      ...(apiKey === "" ? { defaultHeaders: { Authorization: null } } : {}),
      // What stands in the environment for other programs is not for this endpoint.
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: "off",
      maxRetries: 0,
      // Patience keeps the time.
      timeout: 2 ** 31 - 1,
    });
  }
}

type Completions = OpenAI["chat"]["completions"];
type Body = { model: string; messages: ChatMessage[] };

async function receiveStream(completions: Completions, body: Body, patience: Patience): Promise<Received> {
  const received: Received = { text: "", refusal: "", finishReason: null, parts: 0 };
  for await (const chunk of await completions.create({ ...body, stream: true }, { signal: patience.signal })) {
    patience.heard();
    // Endpoints differ: a chunk may have no choices (usage), a choice no delta.
    const choice = chunk.choices?.[0];
    received.parts += 1;
    received.text += choice?.delta?.content ?? "";
    received.refusal += choice?.delta?.refusal ?? "";
    received.finishReason ??= choice?.finish_reason ?? null;
    if (received.text.length > maxReplyLength) return { ...received, finishReason: "length" };
  }
  return received;
}

async function receiveWhole(completions: Completions, body: Body, patience: Patience): Promise<Received> {
  const reply = await completions.create({ ...body, stream: false }, { signal: patience.signal });
  // What is not of the protocol comes through as it is, whatever its type says.
  const choice = reply?.choices?.[0];
  if (choice?.message === undefined) return { text: "", refusal: "", finishReason: null, parts: 0 };
  const { content, refusal } = choice.message;
  return { text: content ?? "", refusal: refusal ?? "", finishReason: choice.finish_reason ?? "stop", parts: 1 };
}
