import type { Evaluation, Result } from '../../../src/harness/result-schema.ts';
import { QUALITY_KEY } from '../../../src/harness/row-keys.ts';
import { sha } from '../evaluations.ts';

export interface MadePicture {
  vars: Record<string, unknown>;
  /** A text is why it has no rating; `error: ...` that the row is in error. */
  score: number | string;
  /** What people say of the picture. */
  mos?: number;
  /** What is in the picture, where two are to be the same file. */
  content?: string;
}

export interface MadeGenerator {
  provider: string;
  template?: string;
  pictures: readonly MadePicture[];
  config?: Record<string, unknown>;
  promptText?: string;
}

const CONFIG = { judge: 'openai:gpt-4.1', prompt: 'two-level' };
const PROMPT = '{"condition":"none","quality":{"content":"Good?","choices":{"good":1,"poor":0}}}';

/** An evaluation of image generators as promptfoo hands it over. */
export function generated(generators: readonly MadeGenerator[], evalId = 'eval-1'): Evaluation {
  const prompts = generators.map(({ provider, template = 'A {{subject}}' }) => ({
    ...{ raw: template, label: template },
    provider,
  }));
  const results = generators.flatMap((generator, promptIdx) =>
    generator.pictures.map((picture, testIdx) =>
      resultOf(generator, picture, { promptIdx, testIdx }),
    ),
  );
  return { evalId, prompts, results };
}

function resultOf(
  { provider, template = 'A {{subject}}', config = CONFIG, promptText = PROMPT }: MadeGenerator,
  { vars, score, mos, content }: MadePicture,
  place: { promptIdx: number; testIdx: number },
): Result {
  const assertion = { type: 'javascript', value: 'file://assertions/image-quality.ts', config };
  const row = {
    ...place,
    provider: { id: 'file://generator.mjs', label: provider },
    vars,
    prompt: { raw: `${template.replace('{{subject}}', String(vars.subject))}` },
    testCase: { metadata: {}, assert: [assertion] },
  };
  if (typeof score === 'string' && score.startsWith('error: ')) {
    const error = score.replace('error: ', '');
    return { ...row, success: false, error, failureReason: 2, response: { error } };
  }
  const recorded =
    typeof score === 'string'
      ? { problem: score }
      : {
          score,
          conditions: [
            {
              ...{ degradation: null, severity: null, quality: score, similarity: null },
              ...{ weight: 1, psnrDb: null },
            },
          ],
          ...{ method: 'single-image', weights: 'uniform', source: 'logprobs' },
          image: { sha256: sha(content ?? `${provider} ${place.testIdx}`), width: 64, height: 48 },
          ...{ judge: 'openai:gpt-4.1', seed: 0, prompt: promptText },
          answers: [{ model: 'gpt-4.1-2025', costUsd: 0.002, latencyMs: 90, reused: false }],
          versions: { 'promptfoo-iqa': '0.1.0' },
        };
  return {
    ...row,
    success: typeof score === 'number',
    failureReason: typeof score === 'number' ? 0 : 1,
    response: {
      output: `data:image/png;base64,${Buffer.from(content ?? provider).toString('base64')}`,
      ...(mos !== undefined && { metadata: { mos } }),
    },
    gradingResult: {
      componentResults: [
        {
          ...{ pass: typeof score === 'number', reason: String(score), assertion },
          metadata: { [QUALITY_KEY]: recorded },
        },
      ],
    },
  };
}
