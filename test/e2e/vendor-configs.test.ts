import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/common/config-error.ts';
import type { Answer } from '../../src/judges/answer.ts';
import { createJudge } from '../../src/judges/index.ts';
import { priceOf } from '../../src/judges/price.ts';
import { providerConfigSchema } from '../../src/method/config.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import { startOpenaiServer } from '../servers/openai.ts';
import { checkout, createProject } from './promptfoo.ts';

const configs = fileURLToPath(new URL('../../configs/', import.meta.url));

interface Config {
  providers: { label: string; config: Record<string, unknown> }[];
}

/** A configuration with its commented entries in force as well. */
const whole = async (name: string): Promise<Config> => {
  const text = await readFile(join(configs, name), 'utf8');
  return parse(
    text.replaceAll(/^ {2}# (- id: file| {2}(?:label|config| {2}judge| {4}\w))/gm, '  $1'),
  );
};

describe.each([
  ['vendors.yaml', 9],
  ['local.yaml', 4],
])('configs/%s', (name, count) => {
  it('has entries that the provider takes, the commented ones too', async () => {
    const { providers } = await whole(name);
    expect(providers).toHaveLength(count);
    for (const { label, config } of providers) {
      const parsed = parseConfig(providerConfigSchema, config, `${name}, ${label}`);
      const judge = createJudge(parsed, sharedPixelPool);
      expect(judge.kind).toBe('network');
      // A budget for a model of unknown price would refuse to start.
      if (parsed.budgetUsd !== undefined) {
        expect(priceOf(judge, parsed.judgeOptions).source, label).toBeDefined();
      }
    }
  });
});

describe('configs/local.yaml', () => {
  it('runs against servers that speak the protocol', { timeout: 180_000 }, async () => {
    const server = await startOpenaiServer({ words: ['good', 'poor'] });
    const text = await readFile(join(configs, 'local.yaml'), 'utf8');
    const config = parse(
      text
        .replaceAll(/http:\/\/127\.0\.0\.1:\d+\/v1/g, server.baseUrl)
        .replaceAll(/file:\/\/\.\.\/([\w./-]+)/g, (_, path: string) => checkout(path)),
    );
    const project = await createProject({ ...config, prompts: config.prompts.slice(0, 1) });
    try {
      const { output, log } = await project.evaluate('-n', '4');
      const answers = (output?.results.results ?? []).flatMap(
        ({ response }) => (response?.metadata?.answers ?? []) as Answer[],
      );
      const forms = answers.map(({ source, asked }) => `${source}, ${asked?.reply}`);
      expect(forms.sort(), log).toEqual([
        ...Array.from({ length: 4 }, () => 'logprobs, instructed'),
        ...Array.from({ length: 8 }, () => 'logprobs, prefilled'),
      ]);
    } finally {
      await project.remove();
      await server.close();
    }
  });
});
