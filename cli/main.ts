#!/usr/bin/env node
import { whyNotUnder } from './node-version.ts';

// Who reads a part of what is printed (`… | head`) goes away early: what a command does besides is done all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

/** `npm run iqa -- …` in a checkout, `npx promptfoo-iqa …` elsewhere. */
const problem = whyNotUnder(process.versions.node);
if (problem === undefined) {
  // Loaded only here: an older Node lacks modules that it needs, and would end with a stack trace.
  const { runCommandLine } = await import('./command-line.ts');
  await runCommandLine(process.argv.slice(2));
} else {
  process.stderr.write(`error: ${problem}\n`);
  process.exitCode = 1;
}
