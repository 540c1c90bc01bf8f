import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { debiasedScoreConfigSchema } from '../assertions/debiased-score.ts';
import { pairAgreementConfigSchema } from '../assertions/pair-agreement.ts';
import { rankCorrelationConfigSchema } from '../assertions/rank-correlation.ts';
import { providerConfigSchema } from '../src/method/config.ts';
import { promptFileSchema } from '../src/method/prompt-file.ts';
import { historySchema } from '../src/report/history/history-schema.ts';
import { reportSchema } from '../src/report/report-schema.ts';
import { reportSettingsSchema } from '../src/report/report-settings.ts';
import { referenceText } from './reference.ts';

/** What editors check YAML against, and the shapes of report.json and of a history: `npm run schemas` writes these files, a test holds them current. */
const schemas: Record<string, z.ZodType> = {
  'provider.schema.json': providerConfigSchema,
  'prompt-file.schema.json': promptFileSchema,
  'debiased-score.schema.json': debiasedScoreConfigSchema,
  'pair-agreement.schema.json': pairAgreementConfigSchema,
  'rank-correlation.schema.json': rankCorrelationConfigSchema,
  'report-settings.schema.json': reportSettingsSchema,
  'report.schema.json': reportSchema,
  'history.schema.json': historySchema,
};

/** Text of each schema file, by its name. */
export function generateSchemas(): Map<string, string> {
  return new Map(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`,
    ]),
  );
}

if (import.meta.main) {
  for (const [name, text] of generateSchemas()) writeFileSync(new URL(name, import.meta.url), text);
  writeFileSync(new URL('../docs/reference.md', import.meta.url), referenceText());
}
