import { z } from 'zod';
import { debiasedScoreConfigSchema } from '../assertions/debiased-score.ts';
import { imageQualityConfigSchema } from '../assertions/image-quality.ts';
import { pairAgreementConfigSchema } from '../assertions/pair-agreement.ts';
import { rankCorrelationConfigSchema } from '../assertions/rank-correlation.ts';
import { availableConfigSchema } from '../datasets/available.ts';
import { csvConfigSchema } from '../datasets/csv.ts';
import { folderConfigSchema } from '../datasets/folder.ts';
import { publishedNames } from '../datasets/index.ts';
import { pairsConfigSchema } from '../datasets/pairs.ts';
import { pyiqaConfigSchema } from '../datasets/pyiqa.ts';
import { qdebiasJsonConfigSchema } from '../datasets/qdebias-json.ts';
import { sampleConfigSchema } from '../datasets/sample.ts';
import { scoresConfigSchema } from '../providers/scores.ts';
import { publishedConfigSchema } from '../src/datasets/published/published-dataset.ts';
import { providerConfigSchema } from '../src/method/config.ts';
import { oneWordingSchema } from '../src/method/prompt-file.ts';
import { reportSettingsSchema } from '../src/report/report-settings.ts';
import { keyRows } from './key-rows.ts';

interface Part {
  title: string;
  where: string;
  schema: z.ZodType;
}

const parts: readonly Part[] = [
  {
    title: 'Provider',
    where:
      '`config` of a provider entry: `file://providers/debiased.ts`, in a project `package:promptfoo-iqa:DebiasedProvider`.',
    schema: providerConfigSchema,
  },
  {
    title: 'Scores made elsewhere',
    where:
      '`config` of a provider entry: `file://providers/scores.ts`, in a project `package:promptfoo-iqa:ScoresProvider`.',
    schema: scoresConfigSchema,
  },
  {
    title: 'Prompt file',
    where: 'A YAML file in `prompts/`: one method of asking.',
    schema: oneWordingSchema,
  },
  {
    title: 'Assertion debiased-score',
    where:
      '`config` of the assertion `file://assertions/debiased-score.ts`, in a project `package:promptfoo-iqa:debiasedScore`.',
    schema: debiasedScoreConfigSchema,
  },
  {
    title: 'Assertion rank-correlation',
    where:
      '`config` of the assertion `file://assertions/rank-correlation.ts`, in a project `package:promptfoo-iqa:rankCorrelation`.',
    schema: rankCorrelationConfigSchema,
  },
  {
    title: 'Assertion pair-agreement',
    where:
      '`config` of the assertion `file://assertions/pair-agreement.ts`, in a project `package:promptfoo-iqa:pairAgreement`.',
    schema: pairAgreementConfigSchema,
  },
  {
    title: 'Assertion image-quality',
    where:
      '`config` of the assertion `file://assertions/image-quality.ts`, in a project `package:promptfoo-iqa:imageQuality`: these keys beside those of the provider.',
    schema: imageQualityConfigSchema,
  },
  {
    title: 'Report',
    where: '`metadata.iqaReport` of the configuration.',
    schema: reportSettingsSchema,
  },
  {
    title: 'Data sets: a list of images',
    where:
      '`config` of `file://datasets/csv.ts`, in a project `file://node_modules/promptfoo-iqa/dist/datasets/csv.js`. `json.ts` and `jsonl.ts` take the same without `header`, `delimiter`, `decimal` and `sheet`, and `json.ts` takes `path`; "column" is a key there.',
    schema: csvConfigSchema,
  },
  {
    title: 'Data sets: a list of pairs',
    where:
      '`config` of `file://datasets/pairs.ts`. In `.json` and `.jsonl` files "column" is a key, and `header`, `delimiter`, `decimal` and `sheet` say nothing.',
    schema: pairsConfigSchema,
  },
  {
    title: "Data sets: the authors' JSON",
    where: '`config` of `datasets/qdebias-json.ts`.',
    schema: qdebiasJsonConfigSchema,
  },
  {
    title: "Data sets: pyiqa's tables",
    where: '`config` of `datasets/pyiqa.ts`.',
    schema: pyiqaConfigSchema,
  },
  {
    title: 'Data sets: a folder without scores',
    where: '`config` of `datasets/folder.ts`.',
    schema: folderConfigSchema,
  },
  {
    title: 'Data sets: published ones',
    where: `\`config\` of \`datasets/<name>.ts\`: ${publishedNames.join(', ')}. \`split\` takes the splits of each as well.`,
    schema: publishedConfigSchema({}),
  },
  {
    title: 'Data sets: whichever published ones are there',
    where: '`config` of `datasets/available.ts`.',
    schema: availableConfigSchema,
  },
  {
    title: 'Data sets: the sample',
    where: '`config` of `datasets/sample.ts`.',
    schema: sampleConfigSchema,
  },
];

/** Text of docs/reference.md: every key of every configuration, from the schemas that check them. */
export function referenceText(): string {
  return [
    '<!-- Written by `npm run schemas` from the schemas in the code. -->',
    '# Reference',
    '',
    'Every key of every configuration. Unknown keys are refused, naming the nearest known one. The same as',
    'JSON schemas for editors: [schemas/](../schemas/).',
    ...parts.flatMap(({ title, where, schema }) => [
      '',
      `## ${title}`,
      '',
      where,
      '',
      '| key | value | default | meaning |',
      '|---|---|---|---|',
      ...keyRows(z.toJSONSchema(schema, { io: 'input' })).map(
        (cells) => `| ${cells.map(escaped).join(' | ')} |`,
      ),
    ]),
    '',
  ].join('\n');
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
