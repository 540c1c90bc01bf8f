import { stringify } from 'yaml';
import { promptsFor } from './prompts-for.ts';

/** Where the test cases come from: a data set's name and its configuration. */
export interface InitSource {
  dataset: string;
  config: Record<string, string | number | boolean>;
}

const datasetFile = (reference: string, name: string): string =>
  `${reference}/dist/datasets/${name}.js`;

/** One line of YAML in flow style, so that paths and column names with odd characters are quoted. */
const flow = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();

/** The entry of `tests` for a data set. */
export const datasetEntry = (reference: string, { dataset, config }: InitSource): string =>
  `  - path: ${datasetFile(reference, dataset)}\n    config: ${flow(config)}\n`;

/**
 * Text of a commented `promptfooconfig.yaml` for a project that has promptfoo-iqa installed.
 *
 * @param reference the package's folder, as the configuration names it
 * @param published names of the published data sets that can be named instead
 */
export function configText(
  judge: string,
  source: InitSource,
  reference: string,
  published: readonly string[],
): string {
  const [single, debiased] = promptsFor(judge);
  return `# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json
# Written by \`promptfoo-iqa init\`. Run \`npx promptfoo eval\`, then look with \`npx promptfoo view\`.
description: Image quality, single-image beside debiased

# Who rates. \`statistical\` is built in: no key, no network, and no LMM, but a baseline for one.
providers:
  - id: package:promptfoo-iqa:DebiasedProvider
    label: ${flow(judge)}
    config:
      judge: ${flow(judge)}
      # The degraded copies shown, instead of the paper's four; \`all\` measures every one.
      # conditions: [{ degradation: zoom_blur, severity: 3 }, { degradation: fog, severity: 4 }]
  # A vision model beside it, one entry a model; its key is read from OPENAI_API_KEY.
  # - id: package:promptfoo-iqa:DebiasedProvider
  #   label: gpt-4.1
  #   config: { judge: openai:gpt-4.1, budgetUsd: 5 }

# How it is asked, one column each. Copy a file into your project to change it.
prompts:
  - { id: ${reference}/prompts/${single}.yaml, label: ${single} }
  - { id: ${reference}/prompts/${debiased}.yaml, label: ${debiased} }
  # Two words (two-level, qdebias) suit models with token probabilities, five levels (five-level,
  # qdebias-five) those whose answers are sampled.

# Your images. Paths start at the folder in which promptfoo runs.
tests:
${datasetEntry(reference, source)}  # A folder of images gets scores. With people's scores beside it, in CSV (csv.js), JSON (json.js) or
  # JSON Lines (jsonl.js), each column gets its correlation with them:
  # - path: ${datasetFile(reference, 'csv')}
  #   config: { file: my-images/scores.csv, image: image, mos: mos }
  # A copy of a published data set (${published.join(', ')}):
  # - path: ${datasetFile(reference, published[0] ?? 'csv')}
  #   config: { root: /path/to/it, limit: 200 }

defaultTest:
  assert:
    - { type: javascript, value: package:promptfoo-iqa:debiasedScore }
    # \`min\` makes the correlation a gate: promptfoo exits with 100 below it.
    - { type: javascript, value: package:promptfoo-iqa:rankCorrelation }
    # - { type: javascript, value: package:promptfoo-iqa:rankCorrelation, config: { metric: SRCC, min: 0.8 } }

# The viewer shows rows better than a terminal does; the leaderboard is printed all the same.
commandLineOptions:
  table: false

# Adds the correlation rows, thumbnails and the leaderboard.
extensions:
  - ${reference}/dist/reports/extension.js:beforeAll
  - ${reference}/dist/reports/extension.js:beforeEach
  - ${reference}/dist/reports/extension.js:afterAll
`;
}
