import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ConfigError } from '../common/config-error.ts';
import type { Answer } from './answer.ts';
import { answerFromKept } from './from-kept-replies.ts';
import type { AskOptions, Judge } from './judge.ts';
import { JudgeError } from './judge-error.ts';
import type { JudgeOptions } from './judge-options.ts';
import { lookAtFiles, noteFiles, visionPartIn } from './llama/model-files.ts';
import { type ModelSource, modelSource } from './llama/model-source.ts';
import { type StartedServer, sharedServer } from './llama/shared-server.ts';
import { createOpenaiJudge } from './openai.ts';
import { prefixOf } from './prefix.ts';
import type { Question } from './question.ts';

/** Questions under way at once, unless configured: one machine's model gains little from more. */
const DEFAULT_SLOTS = 4;

/** Nobody listens there: what is known of a server before it runs depends on no address. */
const NO_ADDRESS = 'http://127.0.0.1:9/v1';

/**
 * Asks an open vision model on this machine: starts a llama-server, which fetches the model where it is
 * named by its repository, and asks it as any other server that speaks OpenAI's protocol. The server
 * starts with the first question whose replies are not in the store, serves all columns of its model, and ends with
 * the run.
 *
 * @param model `owner/name[:quantization]` on Hugging Face, or a path that ends in `.gguf`
 * @param maxPixels of an image as it is sent; the server's context is made for it
 * @throws ConfigError no model, no such file, no llama-server, an option that has no meaning here
 */
export function createLlamaJudge(
  model: string | undefined,
  options: JudgeOptions,
  maxPixels: number | 'unlimited',
): Judge {
  if (!model) {
    throw new ConfigError(
      'judge: "llama": name the model, as in llama:Qwen/Qwen3-VL-2B-Instruct-GGUF:Q4_K_M, or a path to a .gguf file',
    );
  }
  for (const name of ['baseUrl', 'apiKeyEnv'] as const) {
    if (options[name] === undefined) continue;
    throw new ConfigError(
      `judgeOptions.${name}: llama:${model} starts a server of its own; for one that runs already write judge: openai:<name>`,
    );
  }
  if (maxPixels === 'unlimited') {
    throw new ConfigError(
      `image.maxPixels: llama:${model} makes room for images of a known size; give a number instead of unlimited`,
    );
  }
  const id = `llama:${model}`;
  const source = modelSource(model, options.mmproj);
  const slots = options.maxConcurrency ?? DEFAULT_SLOTS;
  const { maxLoadingS } = options;
  const server = sharedServer(nameOf(source), source, {
    maxConcurrency: slots,
    maxPixels,
    maxLoadingS,
  });
  const settings = openaiOptions(options, slots);
  const { endpoint: _, ...identity } = asking(id, source, { ...settings, baseUrl: NO_ADDRESS })
    .identity as Record<string, unknown>;

  let asked: Promise<{ judge: Judge; started: StartedServer }> | undefined;
  const ready = () => {
    asked ??= (async () => {
      const started = await server.start().catch((cause) => {
        throw new JudgeError(id, cause instanceof Error ? cause.message : String(cause), {
          cause,
          isFinal: true,
        });
      });
      note(source, started);
      const { endpoint, key, size } = started;
      const own = { ...settings, baseUrl: endpoint, samplesPerRequest: size.slots };
      return { judge: asking(id, source, own, key), started };
    })();
    return asked;
  };

  const template = asking(id, source, { ...settings, baseUrl: NO_ADDRESS });
  return {
    id,
    kind: 'network',
    usesStore: true,
    isFree: true,
    defaultMaxConcurrency: slots,
    limitsItself: true,
    isTimed: true,
    ...(template.requestsFor && { requestsFor: template.requestsFor }),
    identity,
    serves: { endpoint: 'this machine', look: () => lookAtFiles(source) },
    async whyNotReady() {
      try {
        await ready();
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    async ask(question: Question, askOptions: AskOptions): Promise<Answer> {
      askOptions.signal?.throwIfAborted();
      // Replies that are no answer are read anew in every run, which needs no server.
      const kept = await answerFromKept(template, question, askOptions);
      if (kept) return { ...kept, costUsd: 0 };
      const { judge, started } = await ready();
      const turn = started.inTurns(prefixOf(question), async () => {
        askOptions.signal?.throwIfAborted();
        return judge.ask(question, askOptions).catch(async (error) => {
          askOptions.signal?.throwIfAborted();
          // That nobody answers any more is not the reason.
          const why = await started.whyEnded();
          throw why === undefined ? error : new JudgeError(id, why, { isFinal: true });
        });
      });
      const answer = await turn;
      return { ...answer, costUsd: 0 };
    },
    async close() {
      asked = undefined;
      await server.stop();
    },
  };
}

/** What replies call the model: no path of this machine. */
const nameOf = (source: ModelSource): string =>
  source.kind === 'file' ? basename(source.path) : source.name;

const openaiOptions = (options: JudgeOptions, slots: number): JudgeOptions => ({
  ...options,
  capabilities: { logprobs: true, prefill: 'last-message', ...options.capabilities },
  // Its own defaults cut unlikely words off, which matters where answers are sampled.
  request: { top_k: 0, min_p: 0, ...options.request },
  maxConcurrency: slots,
});

const asking = (id: string, source: ModelSource, options: JudgeOptions, key?: string): Judge =>
  createOpenaiJudge(nameOf(source), options, { id, ...(key !== undefined && { key }) });

function note(source: ModelSource, { properties, log }: StartedServer): void {
  if (source.kind !== 'repository' || properties.model_path === undefined) return;
  const mmproj = visionPartIn(readFileSync(log, 'utf8'));
  noteFiles(source.name, {
    model: properties.model_path,
    ...(mmproj !== undefined && { mmproj }),
  });
}
