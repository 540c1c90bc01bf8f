import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { whyNotUnder } from '../../cli/node-version.ts';

it.each(['22.22.0', '22.30.1', '23.0.0', '24.21.0', '100.0.0'])(
  'Node %s runs the commands',
  (version) => {
    expect(whyNotUnder(version)).toBeUndefined();
  },
);

it.each(['18.20.8', '20.20.2', '22.13.0', '22.21.9'])(
  'Node %s is named, with what is needed',
  (version) => {
    const reason = whyNotUnder(version);
    expect(reason).toContain(`this is ${version}`);
    expect(reason).toContain('needs Node 22.22 or newer');
  },
);

it('is what package.json asks for', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    engines: { node: string };
  };
  expect(engines.node).toBe('>=22.22.0');
});

// An import that an old Node cannot load would end the program before the sentence.
it('is said before anything else is loaded', () => {
  const importsOf = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b.*?from '(.+)';$/gm)].map(
      ([, from]) => from,
    );
  expect(importsOf('cli/main.ts')).toEqual(['./node-version.ts']);
  expect(importsOf('cli/node-version.ts')).toEqual([]);
});
