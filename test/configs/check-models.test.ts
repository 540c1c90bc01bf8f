import { describe, expect, it } from 'vitest';
import {
  deprecatedIn,
  installedModels,
  modelsIn,
  modelsNamedHere,
  namesInUnion,
  pricedAs,
  problemsOf,
} from '../../check-models.ts';

describe('models that files name', () => {
  it('are found in force, in comments and behind routers, at their lines', () => {
    const text = [
      'judge: openai:gpt-4.1',
      '#   config: { judge: openai:gpt-5.5, budgetUsd: 5 }',
      "judge: 'anthropic:claude-opus-5'",
      'judge: openai:anthropic/claude-sonnet-5',
      'judge: promptfoo:bedrock:us.amazon.nova-pro-v1:0',
      'judge: openai:gemini-2.5-flash',
      'judge: openai:Qwen/Qwen3-VL-8B-Instruct',
      'judge: openai:my-deployment, openai:<model>.',
      'The judge google:gemini-2.5-pro.',
    ].join('\n');
    expect(
      modelsIn(text, 'a.yaml').map(({ line, vendor, model }) => [line, vendor, model]),
    ).toEqual([
      [1, 'openai', 'gpt-4.1'],
      [2, 'openai', 'gpt-5.5'],
      [3, 'anthropic', 'claude-opus-5'],
      [4, 'anthropic', 'claude-sonnet-5'],
      [6, 'google', 'gemini-2.5-flash'],
      [9, 'google', 'gemini-2.5-pro'],
    ]);
  });
});

describe('names in an SDK', () => {
  it('are the texts of a union of its declarations', () => {
    const declarations =
      "export type Model = 'a-1' | \"a-1.5\" | (string & {});\ntype Other = 'b';";
    expect(namesInUnion(declarations, 'Model')).toEqual(['a-1', 'a-1.5']);
    expect(() => namesInUnion(declarations, 'Gone')).toThrow(/type Gone .* is not where it was/);
  });

  it('end on the days of its map', () => {
    const code = "export const OLD = {\n  'a-1': 'May 1st, 2026',\n};";
    expect([...deprecatedIn(code)]).toEqual([['a-1', 'May 1st, 2026']]);
  });

  it.each([
    ['openai', 'gpt-4.1', 'gpt-3'],
    ['anthropic', 'claude-sonnet-5', 'claude-2.1'],
    ['google', 'gemini-2.5-flash', 'gemini-1.0-pro'],
  ] as const)('of the installed one of %s are there', (vendor, known, gone) => {
    const { names } = installedModels(vendor);
    expect(names.has(known)).toBe(true);
    expect(names.has(gone)).toBe(false);
  });
});

describe('what is wrong with a model', () => {
  const known = {
    names: new Set(['gpt-4.1', 'gpt-4o']),
    deprecated: new Map([['gpt-4o', 'today']]),
  };
  const none = { names: new Set<string>(), deprecated: new Map<string, string>() };

  it('is said with its place', () => {
    const named = (model: string) =>
      ({ file: 'a.yaml', line: 3, vendor: 'openai', model }) as const;
    const problems = problemsOf(
      ['gpt-4.1', 'gpt-4o', 'gpt-4.7'].map(named),
      { openai: known, anthropic: none, google: none },
      (_vendor, model) => (model === 'gpt-4.7' ? undefined : 'listed'),
    );
    expect(problems).toEqual([
      'a.yaml:3: gpt-4o ends on today',
      'a.yaml:3: gpt-4.7 is not named by the SDK openai',
      'a.yaml:3: gpt-4.7 has no known price',
    ]);
  });

  it('is nothing, of those that this repository names', () => {
    const models = modelsNamedHere();
    expect(models.length).toBeGreaterThan(10);
    const installed = {
      openai: installedModels('openai'),
      anthropic: installedModels('anthropic'),
      google: installedModels('google'),
    };
    expect(problemsOf(models, installed, pricedAs)).toEqual([]);
  });
});
