import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
// @ts-expect-error: a script without types, for people to copy
import SampleGenerator from '../../configs/sample-generator.mjs';

const PHOTOGRAPHS = ['boats', 'canyon', 'home'];

it('stand-ins of different quality answer a prompt with the same photograph', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'iqa-generator-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  // As in the sample set, photographs have different levels of a distortion.
  const names = PHOTOGRAPHS.flatMap((name, i) => [
    `${name}-pristine.png`,
    `${name}-gaussian_blur-${(i % 2) + 1}.png`,
    `${name}-gaussian_blur-${(i % 2) + 3}.png`,
  ]);
  for (const name of names) await writeFile(join(folder, name), name);
  const answer = async (distortion: string, prompt: string): Promise<string> => {
    const generator = new SampleGenerator({ config: { folder, distortion } });
    const { output } = await generator.callApi(prompt);
    return Buffer.from(output.split(',')[1], 'base64').toString();
  };
  const seen = new Set<string>();
  for (const prompt of ['a', 'b', 'c']) {
    const [photograph, version] = (await answer('pristine', prompt)).split('-') as [string, string];
    expect(version).toBe('pristine.png');
    expect(await answer('gaussian_blur', prompt)).toMatch(
      new RegExp(`^${photograph}-gaussian_blur-[34]\\.png$`),
    );
    seen.add(photograph);
  }
  expect([...seen].sort()).toEqual(PHOTOGRAPHS);
});

it('answers from the sample set without a folder, wherever it is run, and makes the set', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'iqa-generator-'));
  onTestFinished(() => rm(elsewhere, { recursive: true }));
  const module = new URL('../../configs/sample-generator.mjs', import.meta.url);
  const script = `const { default: Generator } = await import('${module}');
    const { output } = await new Generator().callApi('boats on a river');
    process.stdout.write(output);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: elsewhere,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  expect(output).toMatch(/^data:image\/png;base64,iVBORw0KGgo/);
}, 120_000);
