import { basename } from 'node:path';
import { z } from 'zod';
import { canonical } from '../../common/canonical.ts';
import { parseDataOr } from '../../common/config-error.ts';
import { withoutSecrets } from '../../common/without-secrets.ts';
import type { ColumnResults } from '../../harness/latest-results.ts';
import { humanScore, namedOutcomes } from '../../harness/result-parts.ts';
import type { Result } from '../../harness/result-schema.ts';
import { QUALITY_KEY } from '../../harness/row-keys.ts';
import { pictureVerdictSchema } from '../../rows/picture-quality.ts';
import type { Generated, Measure, Picture, Rating } from './generated-run.ts';
import { varsOfTest } from './generator-columns.ts';
import { NO_ANSWERS, readAnswers } from './read-answers.ts';
import { finiteNumber } from './read-row.ts';

/** How a configuration names the assertion: `file://assertions/image-quality.ts`, `package:promptfoo-iqa:imageQuality`. */
const IMAGE_QUALITY = /image-quality|imageQuality/;

const configSchema = z.looseObject({
  name: z.string().optional().catch(undefined),
  judge: z.string().catch('no judge'),
  prompt: z.unknown().optional(),
  allowFiles: z.boolean().catch(false),
  min: z.unknown().optional(),
  max: z.unknown().optional(),
});

const outcomesOf = (result: Result) => namedOutcomes(result, QUALITY_KEY, IMAGE_QUALITY);

/** Whether pictures of these results were to be rated. */
export const hasRatings = (results: readonly Result[]): boolean =>
  results.some((result) => outcomesOf(result).length > 0);

/** Reads what was rated of the columns whose pictures were. */
export function readGenerated(columns: readonly ColumnResults[]): Generated {
  const measures = new Map<string, Measure>();
  const generators = columns.map(({ provider, prompt, results }) => ({
    provider,
    template: prompt,
    pictures: results.map((result) => readPicture(result, measures)),
  }));
  return { generators, measures: withDistinctNames([...measures.values()]) };
}

function readPicture(result: Result, measures: Map<string, Measure>): Picture {
  const { vars: given, response, prompt } = result;
  const vars = varsOfTest(given);
  const rated = new Map<string, Rating>();
  for (const { config, recorded } of outcomesOf(result)) {
    const measure = measureOf(config);
    if (!measures.has(measure.key)) measures.set(measure.key, measure);
    // Assertions that differ in their bounds alone have asked once.
    if (!rated.has(measure.key)) rated.set(measure.key, ratingOf(recorded, result));
  }
  const own = finiteNumber(response?.metadata?.mos) ?? humanScore(result);
  return {
    vars: canonical(vars),
    shown: prompt?.raw ?? canonical(vars),
    mos: own ?? finiteNumber(vars.mos),
    mosOf: own === undefined ? 'test' : 'picture',
    rated,
    answer: response ?? undefined,
  };
}

function measureOf(given: unknown): Measure {
  const { name, min: _, max: __, allowFiles, ...asked } = configSchema.parse(given ?? {});
  const prompt =
    typeof asked.prompt === 'string'
      ? basename(asked.prompt).replace(/\.(ya?ml|json)$/, '')
      : 'prompt of the configuration';
  return {
    key: canonical({ name, ...asked }),
    name: name ?? `${asked.judge}, ${prompt}`,
    judge: asked.judge,
    prompt,
    allowFiles,
  };
}

function ratingOf(recorded: unknown, { response, error }: Result): Rating {
  if (recorded === undefined) {
    const said = response?.error ?? error ?? 'it was not rated';
    return { quality: undefined, problem: withoutSecrets(said) };
  }
  const verdict = parseDataOr(pictureVerdictSchema, recorded, 'its rating is not readable');
  if ('problem' in verdict) return { quality: undefined, ...verdict };
  const answers = readAnswers({ answers: verdict.answers });
  return { quality: verdict, answers: 'problem' in answers ? NO_ANSWERS : answers };
}

/** Measures that differ in what their names do not say get numbers. */
export function withDistinctNames(measures: readonly Measure[]): Measure[] {
  const byName = Map.groupBy(measures, ({ name }) => name);
  return measures.map((measure) => {
    const same = byName.get(measure.name) ?? [];
    return same.length > 1
      ? { ...measure, name: `${measure.name} (${same.indexOf(measure) + 1})` }
      : measure;
  });
}
