import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local server that speaks Chat Completions and knows nothing. */
export interface ChatServer {
  /** As judgeOptions.baseUrl. */
  url: string;
  /** What it has served since the last call. */
  takeFigures(): ServerFigures;
  close(): Promise<void>;
}

export interface ServerFigures {
  requests: number;
  bytes: number;
  /** Answers worked on, as a share of those it could work on, from the first request to the last answer. */
  utilisation: number;
  /** The same but for the time that the last answer took. */
  utilisationBeforeEnd: number;
}

const word = (token: string, probability: number) => ({
  token,
  bytes: null,
  logprob: Math.log(probability),
});

/**
 * The reply fits both questions; its probabilities hang on the request's size, so that scores differ
 * from row to row.
 */
function reply(requestBytes: number): string {
  const yes = 0.1 + (requestBytes % 97) / 300;
  const tokens = [
    word('Good', yes),
    word('Poor', 0.5 - yes),
    word('Yes', yes),
    word('No', 0.5 - yes),
  ];
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: 'bench',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: 'Good', refusal: null },
        logprobs: { content: [{ ...word('Good', yes), top_logprobs: tokens }], refusal: null },
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
  });
}

/**
 * @param answerMs how long an answer takes
 * @param atOnce how many it works on at once; further requests wait
 */
export async function startChatServer(answerMs = 0, atOnce = 64): Promise<ChatServer> {
  const waiting: (() => void)[] = [];
  let working = 0;
  /** When it began each answer. */
  let begun: number[] = [];
  let requests = 0;
  let bytes = 0;
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = 0;
  const server = createServer((request, response) => {
    firstMs = Math.min(firstMs, performance.now());
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    request.on('end', () => {
      const work = () => {
        working += 1;
        begun.push(performance.now());
        setTimeout(() => {
          working -= 1;
          requests += 1;
          bytes += size;
          lastMs = performance.now();
          response.writeHead(200, { 'content-type': 'application/json' }).end(reply(size));
          waiting.shift()?.();
        }, answerMs);
      };
      if (working < atOnce) work();
      else waiting.push(work);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    takeFigures() {
      const busyUntil = (endMs: number) =>
        begun.reduce((sum, at) => sum + Math.max(0, Math.min(answerMs, endMs - at)), 0) /
        (atOnce * (endMs - firstMs));
      const figures = {
        requests,
        bytes,
        utilisation: busyUntil(lastMs),
        utilisationBeforeEnd: busyUntil(lastMs - answerMs),
      };
      [requests, bytes, firstMs, lastMs] = [0, 0, Number.POSITIVE_INFINITY, 0];
      begun = [];
      return figures;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
