import { type JudgeOptions, judgeOptionsSchema } from '../../src/judges/judge-options.ts';

/** Judge options as a configuration gives them, quick to give up. */
export const judgeOptions = (options: object = {}): JudgeOptions =>
  judgeOptionsSchema.parse({ timeoutMs: 20_000, maxRetries: 2, ...options });
