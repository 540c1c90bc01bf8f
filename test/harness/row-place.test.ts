import { describe, expect, it } from 'vitest';
import { calledRow } from '../../src/harness/row-of-context.ts';
import { datasetOf, mentionsPlace, placedVars, problemOf } from '../../src/harness/row-place.ts';

describe('the data set and the group of a row', () => {
  it.each([
    ['its metadata', { image: 'a' }, { dataset: 'd', group: 'g' }, { dataset: 'd', group: 'g' }],
    ['its vars', { image: 'a', dataset: 'd', group: 3 }, {}, { dataset: 'd', group: 3 }],
    ['both', { image: 'a', dataset: 'd' }, { group: 'g' }, { dataset: 'd', group: 'g' }],
    ['none', { image: 'a' }, {}, {}],
  ])('are what %s say', (_, vars, metadata, place) => {
    expect(placedVars({ vars, metadata })).toEqual({ image: 'a', ...place });
    expect(datasetOf({ vars, metadata })).toBe('dataset' in place ? 'd' : 'images');
    expect(problemOf({ vars, metadata })).toBeUndefined();
  });

  it('are an error where vars and metadata contradict each other', () => {
    const row = { vars: { image: 'a', dataset: 'x' }, metadata: { dataset: 'y' } };
    const problem = 'row "a": vars.dataset is "x" and metadata.dataset is "y"; give one of them';
    expect(problemOf(row)).toBe(problem);
    expect(problemOf({ ...row, metadata: { dataset: 'x', group: 'y' } })).toBeUndefined();
    expect(
      problemOf({ ...row, vars: { image: 'a', dataset: 3 }, metadata: { dataset: '3' } }),
    ).toBe(undefined);
    const called = calledRow('{}', { vars: {}, prompt: { raw: '{}', label: 'p' }, test: row });
    expect(called.problem).toBe(problem);
  });

  it('are what the loader finds wrong first', () => {
    expect(problemOf({ vars: {}, metadata: { problem: 'no score', dataset: 'd' } })).toBe(
      'no score',
    );
  });
});

describe('a prompt that mentions the group', () => {
  const metadata = { iqaSource: {}, dataset: 'd', group: '{{image}}' };
  const written = '{"quality":"of {{ group }}, {{caption}}"}';

  it('is filled in, though promptfoo has no such var', () => {
    const { prompt } = calledRow('{"quality":"of , x"}', {
      vars: {},
      prompt: { raw: written, label: 'p' },
      test: { vars: { image: 'a.png', caption: 'x' }, metadata },
    });
    expect(JSON.parse(prompt)).toEqual({ quality: 'of {{image}}, x' });
  });

  it('is seen also where a var mentions it', () => {
    const vars = { caption: 'in {{group}}' };
    expect(mentionsPlace('{{caption}}', { vars, metadata })).toBe(true);
    expect(mentionsPlace('{{caption}}', { vars: { caption: 'x' }, metadata })).toBe(false);
    expect(mentionsPlace('{{group}}', { vars: { group: 'g' }, metadata: {} })).toBe(false);
    expect(mentionsPlace('a group', { vars: {}, metadata })).toBe(false);
  });
});
