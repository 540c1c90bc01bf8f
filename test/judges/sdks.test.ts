import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PROVIDER = new URL('../../providers/debiased.ts', import.meta.url).href;

/** Prints the names of the packages of which files were read. */
const PROGRAM = `
import { registerHooks } from 'node:module';
const packages = new Set();
registerHooks({
  load(url, context, next) {
    packages.add(url.match(/.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/)?.[1]);
    return next(url, context);
  },
});
const { default: Provider } = await import('${PROVIDER}');
new Provider({ config: { judge: 'openai:gpt-4.1' } });
console.log(JSON.stringify([...packages]));
`;

it('reads no SDK of a vendor before a request is made', () => {
  const args = ['--input-type=module', '--eval', PROGRAM];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const packages: unknown = JSON.parse(
    execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }),
  );
  expect(packages).toContain('zod');
  for (const sdk of ['openai', '@anthropic-ai/sdk', '@google/genai']) {
    expect(packages).not.toContain(sdk);
  }
});
