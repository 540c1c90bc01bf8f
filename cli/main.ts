#!/usr/bin/env node
import { oneLine } from './one-line.ts';
import { createProgram } from './program.ts';

/** `npm run iqa -- …` in a checkout, `npx promptfoo-iqa …` elsewhere. */
try {
  await createProgram().parseAsync();
} catch (error) {
  process.stderr.write(`error: ${oneLine(error)}\n`);
  process.exitCode = 1;
}
