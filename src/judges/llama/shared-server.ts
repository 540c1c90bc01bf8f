import { statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { iqaFolder } from '../../harness/iqa-folder.ts';
import { tell } from '../../harness/mode.ts';
import { continuesBegunReply } from './begun-reply.ts';
import { findServer, serverVersion } from './find-server.ts';
import { createInTurns, type InTurns } from './in-turns.ts';
import type { ModelSource } from './model-source.ts';
import { type RunningServer, startServer } from './running-server.ts';
import { type ServerSize, serverSize } from './server-size.ts';

/** The server of one model, for all columns of a run that ask it. */
export interface SharedServer {
  /**
   * Starts it, or gives the one that runs.
   *
   * @throws Error it cannot be started, or cannot do what the method needs
   */
  start(): Promise<StartedServer>;
  stop(): Promise<void>;
}

export interface StartedServer extends RunningServer {
  size: ServerSize;
  inTurns: InTurns;
  log: string;
}

/** What a column wants of it. */
export interface Wanted {
  maxConcurrency: number;
  /** Of an image as it is sent. */
  maxPixels: number;
  maxLoadingS: number;
}

const servers = new Map<string, { server: SharedServer; want: (wanted: Wanted) => void }>();

/**
 * @param name what the judge is called
 * @throws ConfigError there is no llama-server
 */
export function sharedServer(name: string, source: ModelSource, wanted: Wanted): SharedServer {
  const program = findServer();
  const key = JSON.stringify([program, source]);
  const known = servers.get(key) ?? createShared(name, program, source);
  servers.set(key, known);
  known.want(wanted);
  return known.server;
}

function createShared(name: string, program: string, source: ModelSource) {
  const say = (line: string) => tell(`${name}: ${line}`);
  let most: Wanted | undefined;
  let starting: Promise<StartedServer> | undefined;
  const start = async (): Promise<StartedServer> => {
    const { maxConcurrency, maxPixels, maxLoadingS } = most as Wanted;
    const weightsBytes = source.kind === 'file' ? statSync(source.path).size : 0;
    const memory = { totalBytes: totalmem(), weightsBytes };
    const size = serverSize(maxConcurrency, maxPixels, memory);
    const fileName = `${name.replaceAll(/[^\w.-]+/g, '-')}-${process.pid}.log`;
    const log = join(iqaFolder(), 'llama', fileName);
    say(
      `starting llama-server, ${size.slots} ${size.slots === 1 ? 'slot' : 'slots'} of ${size.contextTokens} tokens`,
    );
    const running = await startServer({ program, name, source, size, log, maxLoadingS, tell: say });
    const problem = await whyUnfit(running, program);
    if (problem !== undefined) {
      await running.stop();
      throw new Error(problem);
    }
    say('ready');
    return { ...running, size, log, inTurns: createInTurns(size.slots) };
  };
  return {
    want(wanted: Wanted): void {
      most = {
        maxConcurrency: Math.max(wanted.maxConcurrency, most?.maxConcurrency ?? 0),
        maxPixels: Math.max(wanted.maxPixels, most?.maxPixels ?? 0),
        maxLoadingS: Math.max(wanted.maxLoadingS, most?.maxLoadingS ?? 0),
      };
    },
    server: {
      start() {
        starting ??= start();
        return starting;
      },
      async stop() {
        const running = starting;
        starting = undefined;
        await running?.then(
          (server) => server.stop(),
          () => {},
        );
      },
    },
  };
}

/** Why a server cannot be asked about images as the method asks. */
async function whyUnfit(
  { endpoint, key, properties }: RunningServer,
  program: string,
): Promise<string | undefined> {
  const { modalities } = properties;
  if (!modalities) {
    return `llama-server ${serverVersion(program)} does not say that it can see, so it is too old for images; update llama.cpp`;
  }
  if (!modalities.vision) {
    return 'the model cannot see: it is a text-only model, or its vision part (mmproj) was not found; take a vision model';
  }
  if ((await continuesBegunReply(endpoint, key)) === false) {
    return `llama-server ${serverVersion(program)} does not go on with a reply that is begun for the model, so it is too old, or the model's template cannot do it; update llama.cpp`;
  }
  return undefined;
}
