import { describe, expect, it } from 'vitest';
import type { Entry } from '../../reports/report-schema.ts';
import { fewSamplesNotes } from '../../reports/sections/few-samples.ts';

const entry = (probabilities: object, method = 'debiased'): Entry =>
  ({
    provider: 'claude',
    prompt: 'qdebias',
    method,
    probabilities: { source: 'samples', samples: [8], choices: [2], invalid: 0, ...probabilities },
  }) as Entry;
const notes = (...entries: Entry[]) => fewSamplesNotes({ entries });

describe('a remark on few samples of two words', () => {
  it('is one line with the figures and what to take instead', () => {
    expect(notes(entry({}))).toEqual([
      expect.stringMatching(
        /claude.*qdebias.*: 8 samples of two words .*0\.65 .*qdebias-five\.yaml$/,
      ),
    ]);
  });

  it.each([
    ['32 samples', entry({ samples: [32] })],
    ['five levels', entry({ choices: [5] })],
    ['ratings', entry({ choices: [] })],
    ['token probabilities', entry({ source: 'logprobs', samples: [] })],
    ['single images', entry({}, 'single-image')],
  ])('is not made of %s', (_, other) => {
    expect(notes(other)).toEqual([]);
  });
});
