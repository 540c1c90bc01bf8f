import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { debiasedScoreConfigSchema } from '../assertions/debiased-score.ts';
import { rankCorrelationConfigSchema } from '../assertions/rank-correlation.ts';
import { providerConfigSchema } from '../providers/config.ts';
import { promptFileSchema } from '../providers/prompt-file.ts';
import { reportSchema } from '../reports/report-schema.ts';
import { reportSettingsSchema } from '../reports/report-settings.ts';
import { referenceText } from './reference.ts';

/** What editors check YAML against, and the shape of report.json: `npm run schemas` writes these files, a test holds them current. */
const schemas: Record<string, z.ZodType> = {
  'provider.schema.json': providerConfigSchema,
  'prompt-file.schema.json': promptFileSchema,
  'debiased-score.schema.json': debiasedScoreConfigSchema,
  'rank-correlation.schema.json': rankCorrelationConfigSchema,
  'report-settings.schema.json': reportSettingsSchema,
  'report.schema.json': reportSchema,
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
