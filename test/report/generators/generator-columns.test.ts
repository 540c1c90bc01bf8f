import { describe, expect, it } from 'vitest';
import { generatorColumns, varsOfTest } from '../../../src/report/run/generator-columns.ts';

const column = (provider: string, template: string, cases: string[]) => ({
  ...{ provider, template },
  cases,
});

const named = (...columns: ReturnType<typeof column>[]) =>
  generatorColumns(columns).map(({ name, prompt }) => [name, prompt]);

describe('whose pictures a column has', () => {
  it('are those of a provider over test cases', () => {
    expect(named(column('a', 't', ['1', '2']), column('b', 't', ['1', '2']))).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
  });

  it('are those of a provider with a template, where one has several', () => {
    const cases = ['1', '2'];
    expect(
      named(column('a', 's', cases), column('a', 't', cases), column('b', 't', cases)),
    ).toEqual([
      ['a, s', undefined],
      ['a, t', undefined],
      ['b, t', undefined],
    ]);
  });

  it('are those of a provider over templates, where there is one test case', () => {
    const columns = ['a', 'b'].flatMap((provider) =>
      ['s', 't'].map((template) => column(provider, template, ['{}', '{}'])),
    );
    expect(named(...columns)).toEqual([
      ['a', 's'],
      ['a', 't'],
      ['b', 's'],
      ['b', 't'],
    ]);
    const keys = generatorColumns(columns).map(({ key }) => key);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(2);
  });

  it('are told apart where two entries have one name', () => {
    expect(named(column('a', 't', ['1', '2']), column('a', 't', ['1', '2']))).toEqual([
      ['a (1)', undefined],
      ['a (2)', undefined],
    ]);
    const columns = ['s', 's', 't', 't'].map((template) => column('a', template, ['{}']));
    expect(named(...columns)).toEqual([
      ['a (1)', 's'],
      ['a (2)', 's'],
      ['a (1)', 't'],
      ['a (2)', 't'],
    ]);
    const [first, second, third] = generatorColumns(columns).map(({ key }) => key);
    expect(first).toBe(third);
    expect(first).not.toBe(second);
  });
});

it('tests are told apart by their vars, and not by what a run adds', () => {
  const vars = { preview: 'data:', __index: 1, previewStyle: 'oil', subject: 'boat' };
  expect(varsOfTest(vars)).toEqual({ previewStyle: 'oil', subject: 'boat' });
});
