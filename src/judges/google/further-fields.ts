import { ConfigError } from '../../common/config-error.ts';
import type { JudgeOptions } from '../judge-options.ts';
import { OWN_FIELDS, refuseOwnFields } from '../refuse-own-fields.ts';
import type { ContentRequest } from './content-request.ts';

type Fields = NonNullable<JudgeOptions['request']>;

/**
 * The fields of `judgeOptions.request` as the interface names them; it takes `safety_settings` too, under which
 * none of the judge's own may hide.
 *
 * @throws ConfigError a field is the judge's own
 */
export function furtherFields(judgeId: string, { request }: Pick<JudgeOptions, 'request'>): Fields {
  const fields = inCamelCase(request ?? {});
  refuseOwnFields(judgeId, { request: fields }, OWN_FIELDS.google);
  const { generationConfig = {} } = fields;
  if (!isFields(generationConfig)) {
    throw new ConfigError(
      `judge: "${judgeId}": judgeOptions.request.generationConfig (found ${JSON.stringify(generationConfig)}) must be an object`,
    );
  }
  const inner = inCamelCase(generationConfig);
  refuseOwnFields(
    judgeId,
    { request: inner },
    OWN_FIELDS.googleGeneration,
    'judgeOptions.request.generationConfig',
  );
  return fields.generationConfig === undefined ? fields : { ...fields, generationConfig: inner };
}

/** A whole body, as a batch takes it; the SDK joins them so for a single question. */
export const withFurther = (request: ContentRequest, further: Fields): object => ({
  ...request,
  ...further,
  generationConfig: {
    ...request.generationConfig,
    ...(isFields(further.generationConfig) && further.generationConfig),
  },
});

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const inCamelCase = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
