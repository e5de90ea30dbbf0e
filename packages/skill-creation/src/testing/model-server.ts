import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChatMessage } from "../author/model/chat-endpoint.ts";

/** A request as it came over the wire. */
interface ReceivedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: { readonly model: string; readonly messages: ChatMessage[]; readonly stream: boolean };
}

/** What the server does with one request. */
export type Behaviour = (response: ServerResponse, request: ReceivedRequest) => void;

/** A real endpoint on a free port of this machine that speaks the chat completions protocol, well or badly. */
export interface ModelServer extends AsyncDisposable {
  /** What a client takes as its base URL. */
  readonly baseUrl: string;
  /** The requests so far. */
  readonly requests: readonly ReceivedRequest[];
  /** Does these with the next requests, one each, in order. A request beyond them gets 501. */
  next(...behaviours: Behaviour[]): void;
}

export async function startModelServer(): Promise<ModelServer> {
  const requests: ReceivedRequest[] = [];
  const behaviours: Behaviour[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const received = { path: request.url ?? "", authorization: request.headers.authorization, body: JSON.parse(text) };
    requests.push(received);
    (behaviours.shift() ?? fails(501))(response, received);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    next: (...more) => behaviours.push(...more),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Says a text: as a stream when it is asked for one, or else as one JSON reply. */
export function says(text: string, finishReason = "stop"): Behaviour {
  return (response, request) => {
    if (!request.body.stream) {
      const message = { role: "assistant", content: text };
      return sendJson(response, 200, { object: "chat.completion", choices: [{ index: 0, message, finish_reason: finishReason }] });
    }
    beginStream(response);
    // The first chunk of real endpoints has no content, the last no choice.
    sendChunk(response, { role: "assistant", content: "" });
    for (const piece of text.match(/[\s\S]{1,7}/g) ?? []) sendChunk(response, { content: piece });
    sendChunk(response, {}, finishReason);
    sendEvent(response, { object: "chat.completion.chunk", choices: [], usage: { total_tokens: 1 } });
    response.end("data: [DONE]\n\n");
  };
}

/** Fails with a status and an error as the protocol has it. */
export function fails(
  status: number,
  message = "",
  { code, headers = {} }: { code?: string; headers?: Record<string, string> } = {},
): Behaviour {
  return (response) => sendJson(response, status, { error: { message, type: "error", code: code ?? null } }, headers);
}

/** Replies with any body. */
export function replies(contentType: string, body: string): Behaviour {
  return (response) => {
    response.writeHead(200, { "content-type": contentType });
    response.end(body);
  };
}

/** Streams a text, and then does something other than ending the stream well. */
export function streams(text: string, then: (response: ServerResponse) => void): Behaviour {
  return (response) => {
    beginStream(response);
    sendChunk(response, { content: text });
    then(response);
  };
}

/** Puts one event of a stream on the wire. */
export function sendEvent(response: ServerResponse, data: unknown): void {
  response.write(`data: ${JSON.stringify(data)}\n\n`);
}

function beginStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
}

function sendChunk(response: ServerResponse, delta: object, finishReason: string | null = null): void {
  sendEvent(response, { object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finishReason }] });
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
