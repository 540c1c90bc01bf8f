import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { noteConfiguredSecrets } from '../../common/known-secrets.ts';
import type { ModelSource } from './model-source.ts';
import { serverArguments } from './server-arguments.ts';
import { downloadPercent, lastLines, logBytes } from './server-log.ts';
import type { ServerSize } from './server-size.ts';

/** A llama-server that answers. */
export interface RunningServer {
  /** `http://127.0.0.1:41234/v1`. */
  endpoint: string;
  key: string;
  /** What it says of itself. */
  properties: ServerProperties;
  stop(): Promise<void>;
  /** Why it is there no longer; undefined while it answers. */
  whyEnded(): Promise<string | undefined>;
}

export interface ServerPlan {
  /** Path of llama-server. */
  program: string;
  /** What its replies call the model. */
  name: string;
  source: ModelSource;
  size: ServerSize;
  /** File that gets what the server prints. */
  log: string;
  /** How long nothing may change while it loads, in seconds. */
  maxLoadingS: number;
  /** Told in one line what the server is doing. */
  tell: (line: string) => void;
}

const propertiesSchema = z.looseObject({
  model_path: z.string().optional().catch(undefined),
  build_info: z.string().optional().catch(undefined),
  total_slots: z.number().optional().catch(undefined),
  /** Servers from before vision know no such thing. */
  modalities: z.looseObject({ vision: z.boolean() }).optional().catch(undefined),
});

export type ServerProperties = z.output<typeof propertiesSchema>;

const WATCHDOG = import.meta.url.replace(/running-server(?=\.\w+$)/, 'watchdog');
const LOOK_EVERY_MS = 200;
const LOOKS_FOR_END = 10;
const TELL_EVERY_MS = 15_000;
const REPLY_MS = 5_000;
const STOP_MS = 8_000;
/** Between looking for a free port and taking it, another program may have taken it. */
const PORTS_TRIED = 3;
const PORT_TAKEN = /address already in use|couldn'?t bind|failed to bind|EADDRINUSE/i;

/**
 * Starts a server and waits until it has its model, however long a download takes as long as it goes on.
 *
 * @param choosePort for tests; 0: any that is free
 * @throws Error it ended, stopped moving, or is no llama-server; the message has the last lines of its log
 */
export async function startServer(
  plan: ServerPlan,
  choosePort: () => Promise<number> = freePort,
): Promise<RunningServer> {
  for (let tried = 1; ; tried++) {
    const port = (await choosePort()) || (await freePort());
    try {
      return await startAt(port, plan);
    } catch (error) {
      const wasTaken = PORT_TAKEN.test(lastLines(plan.log).join('\n'));
      if (!wasTaken || tried === PORTS_TRIED) throw error;
    }
  }
}

async function startAt(port: number, plan: ServerPlan): Promise<RunningServer> {
  const key = randomBytes(24).toString('hex');
  // Before anything can quote the server's log.
  noteConfiguredSecrets({ key }, 'llama-server');
  const child = spawnWatched(port, key, plan);
  const stop = () => stopProcess(child);
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitUntilReady(child, `${url}/health`, plan);
    const properties = await readProperties(url, key, plan);
    const whyEnded = async () => {
      if (!hasEnded(child) && (await isHealthy(`${url}/health`))) return undefined;
      // Its connections break a moment before its end is known.
      for (let looked = 0; looked < LOOKS_FOR_END && !hasEnded(child); looked++)
        await setTimeout(LOOK_EVERY_MS);
      return hasEnded(child) ? `llama-server has ended${logOf(plan)}` : undefined;
    };
    return { endpoint: `${url}/v1`, key, properties, stop, whyEnded };
  } catch (error) {
    await stop();
    throw error;
  }
}

function spawnWatched(port: number, key: string, plan: ServerPlan): ChildProcess {
  const log = openLog(plan.log);
  try {
    const { program, name, source, size } = plan;
    const child = spawn(
      process.execPath,
      [fileURLToPath(WATCHDOG), program, ...serverArguments(name, source, size, port)],
      {
        // In a group of its own, which Ctrl+C in the run's terminal does not reach.
        detached: true,
        windowsHide: true,
        stdio: ['ignore', log, log, 'ipc'],
        env: { ...process.env, LLAMA_API_KEY: key },
      },
    );
    let serverPid: number | undefined;
    child.on('message', (pid) => {
      serverPid = Number(pid);
    });
    child.on('exit', (_, signal) => {
      // A watchdog that was killed watches no more.
      if (signal !== null && serverPid !== undefined) kill(serverPid);
    });
    child.on('error', () => {});
    // Neither keeps a run alive that has nothing else to do.
    child.unref();
    child.channel?.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

function openLog(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'w', 0o600);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the log of llama-server cannot be written (${words})`, { cause });
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}

async function waitUntilReady(
  child: ChildProcess,
  health: string,
  plan: ServerPlan,
): Promise<void> {
  let toldAt = Date.now();
  let movedAt = Date.now();
  let seenBytes = 0;
  for (;;) {
    if (hasEnded(child)) {
      throw new Error(`llama-server ended while it started${logOf(plan)}`);
    }
    if (await isHealthy(health)) return;
    const bytes = logBytes(plan.log);
    if (bytes !== seenBytes) movedAt = Date.now();
    seenBytes = bytes;
    if (Date.now() - movedAt > plan.maxLoadingS * 1000) {
      throw new Error(
        `llama-server has not answered and not printed anything for ${plan.maxLoadingS} s (judgeOptions.maxLoadingS)${logOf(plan)}`,
      );
    }
    if (Date.now() - toldAt >= TELL_EVERY_MS) {
      toldAt = Date.now();
      const percent = downloadPercent(lastLines(plan.log));
      plan.tell(percent === undefined ? 'still loading' : `downloading, ${percent} %`);
    }
    await setTimeout(LOOK_EVERY_MS);
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

async function isHealthy(health: string): Promise<boolean> {
  try {
    const reply = await fetch(health, { signal: AbortSignal.timeout(REPLY_MS) });
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false;
  }
}

async function readProperties(
  url: string,
  key: string,
  plan: ServerPlan,
): Promise<ServerProperties> {
  try {
    const reply = await fetch(`${url}/props`, {
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(REPLY_MS),
    });
    return propertiesSchema.parse(await reply.json());
  } catch (cause) {
    throw new Error(
      `${plan.program} answers, and not as llama-server does (GET /props)${logOf(plan)}`,
      { cause },
    );
  }
}

const logOf = ({ log }: ServerPlan): string => {
  const lines = lastLines(log);
  return lines.length === 0
    ? `; it printed nothing (${log})`
    : `; the last it printed (${log}): ${lines.join(' | ')}`;
};

async function stopProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.ref();
  child.kill('SIGTERM');
  await Promise.race([ended, setTimeout(STOP_MS, undefined, { ref: false })]);
  if (!hasEnded(child)) child.kill('SIGKILL');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address
          ? resolve(address.port)
          : reject(new Error('no free port')),
      );
    });
  });
}
