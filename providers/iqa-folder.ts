import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the plugin keeps what outlives a run: beside promptfoo's own database. */
export const iqaFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  join(environment.PROMPTFOO_CONFIG_DIR || join(homedir(), '.promptfoo'), 'iqa');
