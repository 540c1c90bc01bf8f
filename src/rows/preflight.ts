import { createConnection } from 'node:net';
import type { CallApiContextParams, Prompt } from 'promptfoo';
import type { ProviderConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import type { Judge } from './judges/judge.ts';
import { hasEnvironmentProxy } from './judges/proxy.ts';
import { filledIn } from './literal-text.ts';
import { parsePromptFile } from './prompt-file.ts';
import { hasTemplate, renderPrompt } from './render-prompt.ts';
import type { RowSource } from './row-input.ts';
import type { RowScores } from './score-rows.ts';

/** The provider's method of this name; provider and extension may be loaded as two copies of a module. */
export const PREFLIGHT: unique symbol = Symbol.for('promptfoo-iqa.preflight') as never;

/** What a column is about to do. */
export interface PlannedRun {
  prompts: readonly Pick<Prompt, 'raw' | 'label'>[];
  /** The image rows, after all filters. */
  rows: readonly RowSource[];
  filters?: CallApiContextParams['filters'];
}

/** What is known to go wrong with each row of an entry, before the first one. */
export interface Preflight {
  /** Each in one line. */
  problems: string[];
  /** Why the entry is to be left out, as its configuration asks for. */
  leaveOut?: string;
}

/** A provider that can say beforehand what will go wrong. */
export interface PreflightProvider {
  [PREFLIGHT](run: PlannedRun): Promise<Preflight>;
}

interface Entry {
  config: Pick<ProviderConfig, 'skipWithoutKey'>;
  judge: Pick<Judge, 'id' | 'access' | 'whyNotReady' | 'plan'>;
  rows: Pick<RowScores, 'estimate'>;
}

/** Long for a connection; where it takes longer, the rows will tell. */
const CONNECT_WAIT_MS = 2000;

/**
 * Looks for what would fail every row: a prompt file that does not parse, a key that is not set, a server
 * that is not there. Nothing is asked of the judge. Key and server matter only where an answer is missing
 * in the store.
 */
export async function preflight(
  { config, judge, rows }: Entry,
  run: PlannedRun,
): Promise<Preflight> {
  const problems = run.prompts.flatMap(problemOfPrompt);
  const key = missingKey(judge);
  const problem = key ?? (await unreachable(judge));
  if (problem === undefined && !judge.whyNotReady) return { problems };
  const questions = await questionsOf(rows, run, { all: judge.plan !== undefined });
  if (questions === 0) return { problems };
  if (key !== undefined && config.skipWithoutKey) return { problems: [], leaveOut: key };
  if (problem !== undefined) return { problems: [...problems, problem] };
  // A server is not started for a run that ends before its first row.
  const unready = problems.length === 0 ? await judge.whyNotReady?.() : undefined;
  if (unready !== undefined) return { problems: [unready] };
  judge.plan?.(questions);
  return { problems };
}

function problemOfPrompt({ raw, label }: Pick<Prompt, 'raw' | 'label'>): string[] {
  // What it comes to is known with a row's vars.
  if (hasTemplate(raw)) return [];
  try {
    parsePromptFile(raw, label);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return [error.message];
    throw error;
  }
}

function missingKey({ id, access }: Entry['judge']): string | undefined {
  const variable = access?.keyVariable;
  if (variable === undefined || process.env[variable]?.trim()) return undefined;
  return `judge ${id}: the environment variable ${variable} is not set; set it to the key, or name another one in judgeOptions.apiKeyEnv`;
}

async function unreachable({ id, access }: Entry['judge']): Promise<string | undefined> {
  // A proxy finds names and ways that this machine does not.
  if (!access || hasEnvironmentProxy()) return undefined;
  const words = await connectionFailure(access.endpoint);
  return (
    words &&
    `judge ${id}: ${access.endpoint} cannot be reached (${words}); start the server, or mend judgeOptions.baseUrl`
  );
}

const probes = new Map<string, Promise<string | undefined>>();

/** One look for each address in this process. */
function connectionFailure(endpoint: string): Promise<string | undefined> {
  const { protocol, hostname, port } = new URL(endpoint);
  const place = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
  const known = probes.get(place) ?? connectTo(hostname, Number(place.split(':').at(-1)));
  probes.set(place, known);
  return known;
}

function connectTo(hostname: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Brackets belong to the address, not to the host.
    const socket = createConnection({ host: hostname.replace(/^\[|\]$/g, ''), port });
    const end = (words?: string) => {
      socket.destroy();
      resolve(words);
    };
    socket.setTimeout(CONNECT_WAIT_MS, () => end());
    socket.once('connect', () => end());
    socket.once('error', (error: Error & { code?: string }) => {
      const [first] = error instanceof AggregateError ? error.errors : [error];
      end(UNREACHED.has(error.code ?? '') ? String(first.message) : undefined);
    });
  });
}

/** Nobody listens there, or the name is unknown. What may pass, such as a network that is down, is left to the rows. */
const UNREACHED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND']);

/**
 * How many questions a run will ask.
 *
 * @param options.all count to the end; otherwise it is enough to know that there is one
 */
async function questionsOf(
  rows: Entry['rows'],
  run: PlannedRun,
  { all }: { all: boolean },
): Promise<number> {
  let total = 0;
  for await (const calls of callsOf(rows, run)) {
    total += calls;
    if (total > 0 && !all) break;
  }
  return total;
}

/** The questions of each row under each prompt that are not in the store. */
async function* callsOf(
  rows: Entry['rows'],
  { prompts, rows: sources, filters }: PlannedRun,
): AsyncGenerator<number> {
  for (const source of sources) {
    for (const prompt of prompts) {
      try {
        const { calls } = await rows.estimate({
          ...source,
          prompt: renderPrompt(prompt.raw, filledIn(source.vars, source.isLiteral), filters),
          context: {
            vars: source.vars as CallApiContextParams['vars'],
            prompt: prompt as Prompt,
            ...(filters && { filters }),
          },
          signal: undefined,
        });
        yield calls;
      } catch {
        // The row will be in error before it asks.
      }
    }
  }
}
