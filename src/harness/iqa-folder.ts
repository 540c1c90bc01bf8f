import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where promptfoo keeps its database and settings. */
export const promptfooFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  environment.PROMPTFOO_CONFIG_DIR || join(homedir(), '.promptfoo');

/** Where the plugin keeps what outlives a run: beside promptfoo's own database. */
export const iqaFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  join(promptfooFolder(environment), 'iqa');
