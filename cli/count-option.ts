import { InvalidArgumentError, Option } from 'commander';
import { type ReportSettings, reportSettingsSchema } from '../src/report/report-settings.ts';

const defaults = reportSettingsSchema.parse({});

/** A number of the report's settings as an option, with its default and bounds. */
export function countOption(
  name: keyof Pick<ReportSettings, 'disagreements' | 'draws'>,
  description: string,
): Option {
  return new Option(`--${name} <number>`, description)
    .default(defaults[name])
    .argParser((text: string) => {
      const parsed = reportSettingsSchema.shape[name].safeParse(Number(text));
      if (parsed.success) return parsed.data;
      throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'Not a number.');
    });
}
