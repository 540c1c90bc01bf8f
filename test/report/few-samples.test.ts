import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/report/report-schema.ts';
import { fewSamplesNotes } from '../../src/report/sections/few-samples.ts';

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

  it('has the figures that the document shows as printed', () => {
    const document = readFileSync(new URL('../../docs/prompts.md', import.meta.url), 'utf8');
    const printed = (prompt: string) =>
      [
        ...(document.match(new RegExp(`^${prompt} .*$`, 'm'))?.[0] ?? '').matchAll(/([\d.]+) ±/g),
      ].map(([, mean]) => mean);
    const [two, two32] = printed('qdebias');
    const [five] = printed('qdebias-five');
    expect(notes(entry({}))[0]).toContain(
      `SRCC ${two} with 8, ${two32} with 32, and ${five} with 8 of five levels`,
    );
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
