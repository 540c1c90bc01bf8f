import type { ProviderResponse } from 'promptfoo';
import { withoutSecrets } from '../common/without-secrets.ts';

/**
 * An error as a row's answer. promptfoo takes one whose text holds "429" or "rate limit", as in the name
 * of a file, for a rate limit: it pauses the column for a minute, calls the row up to three times more, and
 * loses the text. Judges have waited and tried again already, so the answer says that this is no such limit.
 *
 * @param answer what else there is to say, such as what was bought for the row
 */
export const failedAnswer = (
  error: string,
  { metadata, ...answer }: ProviderResponse = {},
): ProviderResponse => ({
  error: withoutSecrets(error),
  ...answer,
  metadata: { ...metadata, rateLimitKind: 'quota' },
});
