import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openStoreFile } from '../../src/answers/store-file.ts';
import {
  type ChatRequestBody,
  type OpenaiServer,
  startOpenaiServer,
  trueProbability,
} from '../servers/openai.ts';
import { createProject, type Project, projectConfig, type Run, writeDataset } from './promptfoo.ts';

/** Requests that the judge has under way at once. */
export const IN_FLIGHT = 4;

/** How one killed run went. */
export interface KilledRun {
  /** Requests that the server got in this run. */
  requests: number;
  /** Answers in the store when the run began. */
  stored: number;
  /** Requests of this run for an answer that was in the store when it began. */
  askedThoughStored: number;
  /** Requests of this run that an earlier run had made as well. */
  repeated: number;
}

export interface KillReport {
  /** The killed runs, and at the end the one that was let finish. */
  runs: KilledRun[];
  finished: Run;
  undisturbed: Run;
  /** A run after the last, under `--retry-errors`: requests. */
  afterwards: number;
}

const QUESTIONS_PER_IMAGE = 8;

/**
 * Kills an evaluation (SIGKILL) again and again at random moments while it asks, and lets it finish in
 * the end; runs it once more undisturbed with a store of its own. Every other run goes on with
 * `--resume`, the others begin anew.
 *
 * @param random in 0..1, for the moments
 */
export async function killRuns(
  kills: number,
  random: () => number,
  onRun: (run: KilledRun) => void = () => {},
): Promise<KillReport> {
  const delayMs = 60;
  const server = await startOpenaiServer({ delayMs: () => delayMs * (0.5 + random()) });
  const questions = (kills + 1) * 25;
  const images = Math.ceil(questions / QUESTIONS_PER_IMAGE);
  const project = await createProject(
    projectConfig({
      datasets: ['photographs'],
      provider: {
        judge: 'openai:test',
        judgeOptions: { baseUrl: server.baseUrl, maxConcurrency: IN_FLIGHT },
        preview: 'none',
      },
      prompts: ['qdebias'],
    }),
  );
  try {
    await writeDataset(project, 'photographs', images);
    const bought = new Set<string>();
    const runs: KilledRun[] = [];
    for (let kill = 0; kill < kills; kill++) {
      const arguments_ = kill % 2 === 1 ? ['--resume'] : [];
      const run = await observed(project, server, bought, async () => {
        const child = project.start(...arguments_);
        const ended = once(child, 'exit');
        while (server.requests.length === 0 && child.exitCode === null) await setTimeout(5);
        await setTimeout(random() * 600);
        child.kill('SIGKILL');
        await ended;
      });
      runs.push(run);
      onRun(run);
    }
    let finished: Run | undefined;
    const last = await observed(project, server, bought, async () => {
      finished = await project.evaluate();
    });
    runs.push(last);
    onRun(last);
    server.requests.length = 0;
    await project.evaluate('--retry-errors');
    const afterwards = server.requests.length;
    await rm(join(project.folder, '.promptfoo'), { recursive: true });
    const undisturbed = await project.evaluate();
    if (!finished) throw new Error('the last run did not finish');
    return { runs, finished, undisturbed, afterwards };
  } finally {
    await server.close();
    await project.remove();
  }
}

async function observed(
  project: Project,
  server: OpenaiServer,
  bought: Set<string>,
  run: () => Promise<void>,
): Promise<KilledRun> {
  const stored = storedProbabilities(project);
  server.requests.length = 0;
  await run();
  const bodies = server.requests.map(({ body }) => body as ChatRequestBody);
  const keys = bodies.map((body) => JSON.stringify(body.messages));
  const repeated = keys.filter((key) => bought.has(key)).length;
  for (const key of keys) bought.add(key);
  return {
    requests: bodies.length,
    stored: stored.size,
    askedThoughStored: bodies.filter((body) => stored.has(rounded(trueProbability(body)))).length,
    repeated,
  };
}

/** Answers in the store, by the probability that only the server's answer to that one question has. */
function storedProbabilities({ folder }: Project): Set<string> {
  const path = join(folder, '.promptfoo', 'iqa', 'answers.sqlite');
  if (!existsSync(path)) return new Set();
  const database = openStoreFile(path);
  try {
    return new Set(
      database
        .prepare('SELECT answer FROM answers')
        .all()
        .map(({ answer }) => rounded(JSON.parse(String(answer)).probabilities[0])),
    );
  } finally {
    database.close();
  }
}

/** Two questions in hundreds may agree to seven digits. */
const rounded = (probability: number): string => probability.toFixed(11);
