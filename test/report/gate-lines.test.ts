import type { TestCase } from 'promptfoo';
import { describe, expect, it } from 'vitest';
import { gateLines } from '../../src/report/gate-lines.ts';
import { evaluation, images } from './evaluations.ts';

/** An evaluation of these columns whose correlation rows say this of a gate. */
function runOf(
  verdicts: readonly { pass: boolean; sentence: string; remarks?: string[]; judged?: boolean }[],
) {
  const columns = verdicts.map((_, i) => ({
    provider: `model-${i}`,
    prompt: 'p',
    score: () => 0.5,
  }));
  const made = evaluation(columns, images(3));
  const assert = [{ config: { min: 0.6 } }];
  const results = made.results.map((result) => {
    if (!result.testCase.metadata?.iqaCorrelation) return result;
    const verdict = verdicts[result.promptIdx];
    return {
      ...result,
      testCase: { ...result.testCase, assert },
      gradingResult: {
        componentResults: verdict && [
          {
            pass: verdict.pass,
            reason: 'all of it',
            metadata: { iqaGate: { judged: true, remarks: [], ...verdict } },
          },
        ],
      },
    };
  });
  return { ...made, results };
}

const test = (config: object, dataset = 'd'): TestCase => ({
  vars: { dataset },
  metadata: { iqaCorrelation: { dataset } },
  assert: [{ type: 'javascript', value: 'rank-correlation.ts', config }],
});
const gated = [{ vars: { image: 'a' } }, test({ min: 0.6 })];

const good = { pass: true, sentence: 'SRCC 0.71 [0.66, 0.76] on 400 images, at least 0.6' };
const bad = { pass: false, sentence: 'SRCC 0.51 [0.42, 0.60] on 400 images, below 0.6' };

describe('the lines of a run with gates', () => {
  it('are one a gate, green too, and their number', () => {
    expect(gateLines(runOf([good]), gated)).toEqual({
      lines: [
        'gate: SRCC 0.71 [0.66, 0.76] on 400 images, at least 0.6: passed',
        'gates judged: 1',
      ],
      passed: true,
    });
    expect(gateLines(runOf([bad]), gated)).toMatchObject({ passed: false });
  });

  it('name the column where there are several, and the remarks after the verdict', () => {
    const few = { ...good, remarks: ['8 groups are few'] };
    expect(gateLines(runOf([few, bad]), gated)).toEqual({
      lines: [
        'gate: SRCC 0.71 [0.66, 0.76] on 400 images, at least 0.6: passed (model-0, p). 8 groups are few',
        'gate: SRCC 0.51 [0.42, 0.60] on 400 images, below 0.6: failed (model-1, p)',
        'gates judged: 2',
      ],
      passed: false,
    });
  });

  it('do not pass where nothing was judged, whatever the row says', () => {
    const unjudged = { pass: true, judged: false, sentence: 'min 0.6: no correlation' };
    expect(gateLines(runOf([unjudged]), gated)).toEqual({
      lines: ['gate: min 0.6: no correlation: passed', 'gates judged: 0'],
      passed: false,
    });
  });

  it('say that there was no column, or that a correlation row was not run', () => {
    expect(gateLines({ prompts: [], results: [] }, gated)).toEqual({
      lines: ['gate: the run has no column, so nothing was judged: failed', 'gates judged: 0'],
      passed: false,
    });
    const other = test({ baseline: { file: 'b.json' } }, 'e');
    expect(gateLines(runOf([good]), [...gated, other])).toMatchObject({
      lines: [
        expect.stringMatching(/: passed$/),
        'gate: baseline b.json: e: its correlation row was not run: failed',
        'gates judged: 1 of 2',
      ],
      passed: false,
    });
  });

  it('miss the gate of pairs where images of a data set of the same name were judged', () => {
    const ofPairs: TestCase = {
      ...test({ min: 0.7 }),
      metadata: { iqaCorrelation: { kind: 'pairs', dataset: 'd' } },
    };
    const lines = gateLines(runOf([good]), [...gated, ofPairs]);
    expect(lines?.passed).toBe(false);
    expect(lines?.lines).toContain('gate: min 0.7: d: its correlation row was not run: failed');
  });

  it('are none for a run without gates', () => {
    expect(gateLines(runOf([good]), [test({ metric: 'KRCC' })])).toBeUndefined();
  });

  it('have no line break in them, whatever a reason holds', () => {
    const broken = { ...bad, sentence: 'min 0.6: no\n  such file' };
    expect(gateLines(runOf([broken]), gated)?.lines[0]).toBe('gate: min 0.6: no such file: failed');
  });
});
