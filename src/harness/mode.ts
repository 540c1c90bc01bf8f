import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../common/config-error.ts';

/**
 * What a run of promptfoo is for. The commands beside promptfoo's own run promptfoo itself and tell
 * the provider so in the environment: no second reader of promptfoo's configuration.
 */
export type Mode =
  /** Rate images. */
  | 'eval'
  /** Ask nothing; count what would be asked. */
  | 'estimate'
  /** Ask one question per column and say how it went. */
  | 'check'
  /** Write what would be asked into batch files. */
  | 'batch';

export const MODE_VARIABLE = 'PROMPTFOO_IQA_MODE';
/** The file that gets one line of JSON per row, for the command to read. */
export const REPORT_VARIABLE = 'PROMPTFOO_IQA_REPORT';

/** @throws ConfigError the variable says something else */
export function currentMode(environment: NodeJS.ProcessEnv = process.env): Mode {
  const mode = environment[MODE_VARIABLE] || 'eval';
  if (isMode(mode)) return mode;
  throw new ConfigError(`${MODE_VARIABLE} is "${mode}"; unset it to rate images`);
}

const MODES: readonly Mode[] = ['eval', 'estimate', 'check', 'batch'];

const isMode = (text: string): text is Mode => (MODES as readonly string[]).includes(text);

/** What a provider sends to the command that runs promptfoo: a line for the terminal. */
export const toldSchema = z.object({ told: z.string() });

/** Shows a line while the run goes on. A command keeps what promptfoo prints to itself, but not this. */
export function tell(line: string): void {
  if (currentMode() !== 'eval' && process.send) process.send({ told: line });
  else process.stderr.write(`${line}\n`);
}

/** Hands one row's findings to the command that runs promptfoo. */
export function report(line: object, environment: NodeJS.ProcessEnv = process.env): void {
  const file = environment[REPORT_VARIABLE];
  if (!file)
    throw new Error(`${REPORT_VARIABLE} is not set; use "promptfoo-iqa estimate", check or batch`);
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}
