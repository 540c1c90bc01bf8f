import { appendFileSync, existsSync } from 'node:fs';

/** An extension of promptfoo that records what its hooks are given, and changes what ours change. */
const record = (line) =>
  appendFileSync(`${import.meta.dirname}/record.jsonl`, `${JSON.stringify(line)}\n`);

const judge = (name, config) => ({
  type: 'javascript',
  value: 'file://../judge.mjs',
  config: { name, ...config },
});

export async function beforeAll({ suite }, { hookName }) {
  record({
    at: hookName,
    providers: suite.providers.map((provider) => provider.label),
    providerPromptMap: suite.providerPromptMap,
    prompts: suite.prompts,
    tests: suite.tests,
    defaultTest: suite.defaultTest,
  });
  const gone = suite.providers.findIndex(({ label }) => label === 'gone');
  if (gone >= 0) suite.providers.splice(gone, 1);
  if (process.env.CANARY_EXIT_CODE) process.exitCode = Number(process.env.CANARY_EXIT_CODE);
  const appended = {
    description: 'appended',
    vars: { image: 'appended', list: ['a', 'b'] },
    metadata: { iqaCorrelation: { rows: [1, 2] } },
    options: { disableVarExpansion: true },
    assert: [judge('first', { sum: 2 }), judge('second', { fails: !process.env.CANARY_PASS })],
  };
  return { suite: { ...suite, tests: [...suite.tests, appended] } };
}

export function beforeEach({ test }, { hookName }) {
  record({ at: hookName });
  return { test: { ...test, vars: { preview: 'first of all', ...test.vars } } };
}

export function afterAll({ results, prompts, suite, evalId, config }, { hookName }) {
  record({
    at: hookName,
    results,
    prompts,
    tests: suite.tests.length,
    evalId,
    config,
    hasOutput: existsSync('out.json'),
  });
}
