import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/**
 * What the promptfoo of this process knows and hands to no plugin, read from the modules of its command
 * line: they are loaded, so importing them gives what they hold. Its importable `promptfoo` is another
 * copy with a state of its own. Held against the installed version by test/harness/running-promptfoo.test.ts.
 */
export interface RunningPromptfoo {
  /** Whether its own cache is on, whichever of its settings says so. */
  isCacheEnabled(): boolean;
  /** The configuration as it was read, with the command line's options in it; undefined before it was. */
  config(): PromptfooConfig | undefined;
}

const configSchema = z.object({
  outputPath: z
    .union([z.string().transform((path) => [path]), z.array(z.string())])
    .nullish()
    .catch(undefined),
  evaluateOptions: z.object({ cache: z.boolean().optional() }).nullish().catch(undefined),
  metadata: z.unknown(),
});

export type PromptfooConfig = z.output<typeof configSchema>;

const stateSchema = z.object({ config: z.unknown() });

/** promptfoo's own entry leaves this as the first argument. */
const COMMAND_LINE = /[\\/]promptfoo[\\/]dist[\\/]src[\\/]main\.js$/;

/** Whether this process is promptfoo's command line, and no program that calls it. */
export const isCommandLine = (main: string | undefined = process.argv[1]): main is string =>
  COMMAND_LINE.test(main ?? '');

const found = new Map<string, Promise<RunningPromptfoo | undefined>>();

/**
 * @param main the file that Node was started with
 * @returns undefined where this process is none of promptfoo's command line, or one of a version that is
 *   built otherwise
 */
export function runningPromptfoo(
  main: string | undefined = process.argv[1],
): Promise<RunningPromptfoo | undefined> {
  if (!isCommandLine(main)) return Promise.resolve(undefined);
  const known = found.get(main) ?? find(main).catch(() => undefined);
  found.set(main, known);
  return known;
}

async function find(main: string): Promise<RunningPromptfoo | undefined> {
  const folder = dirname(main);
  const source = await readFile(main, 'utf8');
  const state = await imported(
    folder,
    /^import \{[^}]*?\b(\w+) as state\b[^}]*\} from "(.+)";$/m,
    source,
  );
  // The command line imports `disableCache` alone; its neighbour is exported beside it.
  const cacheFile = /^import \{[^}]*\bdisableCache\b[^}]*\} from "\.\/(.+)";$/m.exec(source)?.[1];
  if (cacheFile === undefined) return undefined;
  const cache = await readFile(join(folder, cacheFile), 'utf8');
  const name = /^export \{[^}]*\bisCacheEnabled as (\w+)\b/m.exec(cache)?.[1];
  const isCacheEnabled = name && (await moduleOf(folder, cacheFile))[name];
  if (typeof isCacheEnabled !== 'function') return undefined;
  return {
    isCacheEnabled: () => isCacheEnabled() === true,
    config() {
      const parsed = stateSchema.safeParse(state);
      return parsed.success ? configSchema.safeParse(parsed.data.config).data : undefined;
    },
  };
}

/** What a line of `source` imports: the name in its module, and the module's file. */
async function imported(folder: string, line: RegExp, source: string): Promise<unknown> {
  const [, name, file] = line.exec(source) ?? [];
  return name && file ? (await moduleOf(folder, file))[name] : undefined;
}

const moduleOf = (folder: string, file: string): Promise<Record<string, unknown>> =>
  import(pathToFileURL(join(folder, file)).href);
