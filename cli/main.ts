#!/usr/bin/env node
import { withoutSecrets } from '../providers/judges/without-secrets.ts';
import { oneLine } from '../providers/one-line.ts';
import { loadEnvironment } from './environment.ts';
import { createProgram } from './program.ts';

/** `npm run iqa -- …` in a checkout, `npx promptfoo-iqa …` elsewhere. */
try {
  const commandLine = loadEnvironment(process.argv.slice(2));
  await createProgram().parseAsync(commandLine, { from: 'user' });
} catch (error) {
  process.stderr.write(`error: ${oneLine(withoutSecrets(error))}\n`);
  process.exitCode = 1;
}
