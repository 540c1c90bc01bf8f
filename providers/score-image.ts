import { parse } from 'yaml';
import {
  createScorer as createScorerWith,
  type Scorer,
  type ScorerOptions,
  type SourceScore,
} from '../src/rows/scorer.ts';
import { loadAnchorRows } from './anchor-rows.ts';

/**
 * Scores images without promptfoo, several one after the other or at once. Answers are bought once, into the same
 * store as those of evaluations.
 *
 * @param options `judge`, `judgeOptions` and the other keys of the provider's configuration, and `prompt`: a prompt
 *   of the package by its name, a prompt file by its path, or its contents as an object or as text
 * @throws ConfigError a broken configuration or prompt
 * @example
 * const scorer = createScorer({ judge: 'statistical', prompt: 'qdebias' });
 * const { score } = await scorer.score('photo.jpg');
 * await scorer.close();
 * score > 0 && score < 1; // true
 */
export const createScorer = (options: ScorerOptions): Scorer =>
  createScorerWith(options, parse, loadAnchorRows);

/**
 * Scores one image without promptfoo; for several, `createScorer` is faster. No MOS is needed.
 *
 * @param source path, `file://` URL, `data:` URI, http(s) URL where `allowRemoteImages` is set, or the bytes of a
 *   file
 * @param options as for `createScorer`
 * @returns `score` in 0..1, higher is better, its conditions, the answers, and what they cost
 * @throws ConfigError a broken configuration or prompt; ImageError; JudgeError; BudgetError; RangeError where no
 *   condition is left; Error where several conditions failed, whose cause is the first of their errors
 * @example
 * const prompt = { condition: 'none', quality: { content: 'Good or poor?', choices: { good: 1, poor: 0 } } };
 * const { method } = await scoreImage('photo.jpg', { judge: 'statistical', prompt });
 * method; // 'single-image'
 */
export async function scoreImage(
  source: string | Uint8Array,
  options: ScorerOptions,
): Promise<SourceScore> {
  const scorer = createScorer(options);
  try {
    return await scorer.score(source);
  } finally {
    await scorer.close();
  }
}
