import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { providerConfigSchema } from '../../src/method/config.ts';
import {
  answer,
  CONDITIONS_OF_PAPER,
  groupedImages,
  type MadeConditions,
  madeEvaluation,
} from '../report/priors/made-run.ts';
import { runCli } from './run-cli.ts';

const column: MadeConditions = {
  provider: 'm',
  prompt: 'qdebias-five',
  method: 'debiased',
  answers: {
    ...Object.fromEntries(CONDITIONS_OF_PAPER.map((name, i) => [name, answer(0.2, i)])),
    'pixelate 5': answer(0.6, 11),
    'contrast 2': answer(0.6, 12),
    'darkness 1': answer(0, 13),
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-priors-cli-'));
  await save('out.json', 40);
  await save('few.json', 10);
});
afterAll(() => rm(folder, { recursive: true }));

async function save(name: string, groups: number): Promise<void> {
  const { evalId, ...results } = madeEvaluation([column], groupedImages(groups, 3));
  await writeFile(join(folder, name), JSON.stringify({ evalId, results }));
}

const priors = (...args: string[]) => runCli(['priors', ...args], folder);

describe.concurrent('iqa priors', () => {
  it('says what was picked, what it gains on the other half, and what to paste', async () => {
    const { status, stdout, stderr } = await priors('out.json', '--count', '2');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^m, qdebias-five, over d: picked on 60 images in 20 groups \(seed 0\), measured on the other 60 images in 20 groups$/m,
    );
    const range = String.raw`0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]`;
    const conditions = '(pixelate 5, contrast 2|contrast 2, pixelate 5)';
    expect(stdout).toMatch(
      new RegExp(String.raw`^ *picked by SRCC +0\.\d{3} +${range} +${conditions} *$`, 'm'),
    );
    expect(stdout).toMatch(/^ *the paper's four .* zoom_blur 3, spatter 3, saturate 3, fog 4 *$/m);
    expect(stdout).toMatch(
      /^Gain: "picked by SRCC" agrees better with MOS than the paper's four: SRCC \+0\.\d{3} \[\+0\.\d{3}, \+0\.\d{3}\], p (< )?0\.\d{3}\.$/m,
    );
    expect(stdout).toMatch(/picking with other seeds until they look good is the trap\.$/m);
    const { conditions: pasted } = providerConfigSchema.parse({
      judge: 'statistical',
      ...parse(stdout.slice(stdout.indexOf('\nconditions:'))),
    });
    expect(pasted.toSorted((a, b) => a.severity - b.severity)).toEqual([
      { degradation: 'contrast', severity: 2 },
      { degradation: 'pixelate', severity: 5 },
    ]);
  });

  it('halves the groups by --seed', async () => {
    const [first, same, other] = await Promise.all([
      priors('out.json'),
      priors('out.json', '--seed', '0'),
      priors('out.json', '--seed', '1'),
    ]);
    expect(same).toEqual(first);
    expect(other.stdout).not.toBe(first.stdout.replace('(seed 0)', '(seed 1)'));
  });

  it.each([
    [
      'too few groups',
      ['few.json'],
      /^error: m, qdebias-five, over "d": the halves have 15 images in 5 groups and/,
    ],
    ['no such file', ['none.json'], /^error: none\.json: no such file\n$/],
    [
      'nothing to choose',
      ['out.json', '--count', '7'],
      /there is nothing to choose: 7 of 7 conditions/,
    ],
    [
      'no such model',
      ['out.json', '--provider', 'n'],
      /^error: no column is that of --provider "n"; there is m,/,
    ],
    ['a count of 0', ['out.json', '--count', '0'], /'0' is invalid.*Write a whole number from 1\./],
    ['no file', [], /^error: missing required argument 'outputs'/],
  ])('ends with 1 and one line on stderr for %s', async (_, args, message) => {
    const { status, stdout, stderr } = await priors(...args);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
