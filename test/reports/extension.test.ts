import { readdirSync, readFileSync } from 'node:fs';
import type { TestSuite } from 'promptfoo';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import imageQuality from '../../assertions/image-quality.ts';
import { configText } from '../../cli/init/config-text.ts';
import DebiasedProvider from '../../providers/debiased.ts';
import { beforeAll, hook } from '../../reports/extension.ts';
import { closeScorers, openScorer } from '../../src/rows/open-scorers.ts';
import type { Scorer } from '../../src/rows/scorer.ts';

const root = new URL('../../', import.meta.url);
const extensionsIn = (text: string): string[] => parse(text).extensions;
const named = (path: string) =>
  ['beforeAll', 'beforeEach', 'afterAll'].map((name) => `${path}:${name}`);

describe('configurations list the three hooks by their names', () => {
  const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
  const shipped = readdirSync(new URL('configs/', root))
    .map((file) => `configs/${file}`)
    .filter((file) => file.endsWith('.yaml'));
  it.each(shipped)('%s', (file) => {
    const text = read(file);
    expect(extensionsIn(text)).toEqual(named('file://../reports/extension.ts'));
  });

  it('the default one', () => {
    const text = read('promptfooconfig.yaml');
    expect(extensionsIn(text)).toEqual(named('file://reports/extension.ts'));
  });

  it('what init writes', () => {
    const source = { dataset: 'folder', config: { folder: 'images' } };
    const text = configText('statistical', source, 'file://package', ['spaq']);
    expect(extensionsIn(text)).toEqual(named('file://package/dist/reports/extension.js'));
  });
});

it('one entry for all hooks does the same', async () => {
  const judge = { id: () => 'judge', config: { judge: 'statistical', preview: 'none' } };
  const suite = () =>
    ({
      providers: [judge],
      prompts: [],
      tests: [
        { vars: { image: 'a.png', mos: 1 }, metadata: { dataset: 'd' } },
        { vars: { image: 'b.png', mos: 2 }, metadata: { dataset: 'd' } },
      ],
      defaultTest: {
        assert: [{ type: 'javascript', value: 'file://assertions/rank-correlation.ts' }],
      },
    }) as unknown as TestSuite;
  const byName = await beforeAll({ suite: suite() });
  expect(byName?.suite.tests).toHaveLength(3);
  expect(await hook('beforeAll', { suite: suite() })).toEqual(byName);
  const untouched = { test: { vars: { image: 'a.png' } }, result: {} };
  expect(await hook('afterEach', untouched as never)).toBeUndefined();
});

it('refuses an impossible run by an error to the program that calls promptfoo, which goes on', async () => {
  const provider = new DebiasedProvider({ config: { judge: 'statistical' } });
  const suite = {
    providers: [provider],
    prompts: [{ raw: 'no method', label: 'broken' }],
    tests: [{ vars: { image: 'a.png', mos: 1 } }],
  } as unknown as TestSuite;
  await expect(beforeAll({ suite })).rejects.toThrow(
    /^promptfoo-iqa: prompt broken: not a prompt file/,
  );
});

describe('assertions that rate pictures of other providers', () => {
  const suiteWith = (config: object) =>
    ({
      providers: [{ id: () => 'generator' }],
      prompts: [{ raw: 'A {{subject}}', label: 'A {{subject}}' }],
      tests: [{ vars: { subject: 'boat' } }],
      defaultTest: {
        assert: [{ type: 'javascript', value: 'file://assertions/image-quality.ts', config }],
      },
    }) as unknown as TestSuite;
  const begin = (config: object) => hook('beforeAll', { suite: suiteWith(config) });

  it.each<[string, object, RegExp]>([
    ['no key', { judge: 'openai:gpt-4.1', prompt: 'two-level' }, /OPENAI_API_KEY is not set/],
    ['no prompt file', { judge: 'statistical', prompt: 'tow-level' }, /"tow-level" is no prompt/],
    ['a judge that is none', { judge: 'statstical', prompt: 'two-level' }, /unknown judge/],
    ['no prompt', { judge: 'statistical' }, /image-quality: config: prompt/],
    [
      'a prompt that rates degraded copies',
      { judge: 'statistical', prompt: 'prior' },
      /rates the degraded copies and not the picture/,
    ],
  ])('end the run before its first row, which may cost money: %s', async (_, config, reason) => {
    vi.stubEnv('OPENAI_API_KEY', '');
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(begin(config)).rejects.toThrow(reason);
  });

  it('find nothing wrong with a judge that can be asked', async () => {
    const begun = await begin({ judge: 'statistical', prompt: 'two-level' });
    expect(begun).toMatchObject({ suite: { tests: [{ vars: { subject: 'boat' } }] } });
    await closeScorers();
  });

  it('cost nothing in a run that is to ask nothing: neither a picture nor an answer', async () => {
    vi.stubEnv('PROMPTFOO_IQA_MODE', 'estimate');
    onTestFinished(() => void vi.unstubAllEnvs());
    const own = new DebiasedProvider({ config: { judge: 'statistical' } });
    const suite = suiteWith({ judge: 'statistical', prompt: 'two-level' });
    suite.providers.push(own);
    await hook('beforeAll', { suite } as never);
    expect(suite.providers).toEqual([own]);
    const config = { judge: 'openai:gpt-4.1', prompt: 'two-level' };
    const result = await imageQuality('data:image/png;base64,AA==', { config } as never);
    expect(result).toEqual({ pass: true, score: 1, reason: 'not rated: no evaluation' });
  });

  it('have their judges closed after the run', async () => {
    let closed = 0;
    const scorer = { close: async () => void closed++ } as unknown as Scorer;
    openScorer('a', () => scorer);
    openScorer('a', () => scorer);
    openScorer('b', () => scorer);
    await hook('afterAll', { results: [], prompts: [], config: {} } as never);
    expect(closed).toBe(2);
    await closeScorers();
    expect(closed).toBe(2);
  });
});
