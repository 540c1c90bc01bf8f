import { createConnection } from 'node:net';
import type { CallApiContextParams, Prompt } from 'promptfoo';
import { ConfigError } from '../common/config-error.ts';
import { filledIn } from '../harness/literal-text.ts';
import { promptNamed } from '../harness/prompt-label.ts';
import { hasTemplate, renderPrompt } from '../harness/render-prompt.ts';
import type { Judge } from '../judges/judge.ts';
import { hasEnvironmentProxy } from '../judges/proxy.ts';
import type { ProviderConfig } from '../method/config.ts';
import { isSampled, noLogit } from '../method/needs-probabilities.ts';
import { NO_ANCHORS } from '../method/plan.ts';
import { parsePromptFile } from '../method/prompt-file.ts';
import { notForPairs } from './pair-prompt.ts';
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
  /** Under which its numbers are shown. */
  label?: string | undefined;
  config: Pick<ProviderConfig, 'skipWithoutKey'>;
  judge: Pick<
    Judge,
    'id' | 'notice' | 'access' | 'requestsFor' | 'ratesQualityAlone' | 'whyNotReady'
  >;
  rows: {
    estimate(row: Parameters<RowScores['estimate']>[0]): Promise<{ calls: number }>;
    anchorProblem?: RowScores['anchorProblem'];
  };
}

/** Long for a connection; where it takes longer, the rows will tell. */
const CONNECT_WAIT_MS = 2000;

/**
 * Looks for what would fail every row: a prompt file that does not parse, a key that is not set, a server
 * that is not there; and for a label under which numbers of no model would pass for a model's. Nothing is asked of the judge. Key and server matter only where an answer is missing
 * in the store.
 */
export async function preflight(
  { label, config, judge, rows }: Entry,
  run: PlannedRun,
): Promise<Preflight> {
  const ofPrompts = await Promise.all(
    run.prompts.map((prompt) => problemsOfPrompt(prompt, judge, { sources: run.rows, ...rows })),
  );
  const problems = [...problemOfLabel(label, judge), ...ofPrompts.flat()];
  const key = missingKey(judge);
  const problem = key ?? (await unreachable(judge));
  if (problem === undefined && !judge.whyNotReady) return { problems };
  if (!(await asksAnything(rows, run))) return { problems };
  if (key !== undefined && config.skipWithoutKey) return { problems: [], leaveOut: key };
  if (problem !== undefined) return { problems: [...problems, problem] };
  // A server is not started for a run that ends before its first row.
  const unready = problems.length === 0 ? await judge.whyNotReady?.() : undefined;
  if (unready !== undefined) return { problems: [unready] };
  return { problems };
}

/** promptfoo's own tables show the label and nothing else, so nobody may take it for a model's. */
function problemOfLabel(label: string | undefined, { id, notice }: Entry['judge']): string[] {
  if (notice === undefined || label?.includes(id)) return [];
  const found = label === undefined ? 'has no label' : `has the label "${label}"`;
  return [
    `judge ${id}: the entry ${found}, and its numbers are those of no model; give it a label with the word ${id} in it, such as "${notice}"`,
  ];
}

async function problemsOfPrompt(
  { raw, label }: Pick<Prompt, 'raw' | 'label'>,
  judge: Entry['judge'],
  {
    sources,
    anchorProblem,
  }: { sources: PlannedRun['rows'] } & Pick<Entry['rows'], 'anchorProblem'>,
): Promise<string[]> {
  // What it comes to is known with a row's vars.
  if (hasTemplate(raw)) return [];
  try {
    const prompt = parsePromptFile(raw, label);
    const { condition, quality, pair, anchors } = prompt;
    // A row of two images needs none.
    if (pair && !anchors && sources.some(({ vars }) => vars.image !== undefined)) {
      return [`${promptNamed(label)}: ${NO_ANCHORS}`];
    }
    const isPairsAlone =
      sources.length > 0 && sources.every(({ vars }) => vars.first !== undefined);
    const notForRows = isPairsAlone ? notForPairs(prompt) : undefined;
    if (notForRows !== undefined) return [`${promptNamed(label)}: ${notForRows}`];
    const isAnchored = sources.some(({ vars }) => vars.first === undefined);
    const unanchored = anchors && isAnchored ? await anchorProblem?.(anchors, sources) : undefined;
    if (unanchored !== undefined) return [`${promptNamed(label)}: ${unanchored}`];
    const dimensions = quality[0]?.dimensions;
    if (dimensions && judge.ratesQualityAlone) {
      return [
        `${promptNamed(label)}: dimensions: judge ${judge.id} rates the quality alone and says nothing about ${dimensions.join(', ')}; ask this prompt file of a model, or leave dimensions out`,
      ];
    }
    const isRefused =
      condition === 'contrast' && quality.some((question) => isSampled(judge, question));
    return isRefused ? [`${promptNamed(label)}: ${noLogit(judge.id).message}`] : [];
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

/** Whether a run will ask a question that the store cannot answer. */
async function asksAnything(rows: Entry['rows'], run: PlannedRun): Promise<boolean> {
  for await (const calls of callsOf(rows, run)) {
    if (calls > 0) return true;
  }
  return false;
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
