import type { GenerateContentResponse } from '@google/genai';

/** A reply as Google's interface gives it. */
export type GoogleReply = Pick<
  GenerateContentResponse,
  'candidates' | 'modelVersion' | 'responseId' | 'usageMetadata' | 'promptFeedback'
>;
