/** Where Google answers: its own interface for a key, or Vertex AI in a project of Google Cloud. */
export type GooglePlatform = 'ai-studio' | 'vertex';

/** How a generation of models is told how much to think. */
export type ThinkingForm =
  /** A budget in tokens; `least` is 0 where thinking can be switched off. */
  { by: 'budget'; least: number } | { by: 'level'; canStop: boolean } | { by: 'nothing' };

const NAME = /^gemini-(\d+)(?:\.(\d+))?-/;

/** `gemini-2.5-flash` as 2.5; undefined for names that tell no version, such as `gemini-flash-latest`. */
export function geminiVersion(model: string): number | undefined {
  const [, major, minor = '0'] = NAME.exec(`${lastName(model)}-`) ?? [];
  return major === undefined ? undefined : Number(`${major}.${minor}`);
}

/**
 * How a model is told how much to think: https://ai.google.dev/gemini-api/docs/thinking. Gemini 2.5 Pro cannot
 * be switched off and takes a budget from 128; Gemini 3 cannot be switched off, Gemini 4 can.
 *
 * @returns undefined where the name does not tell
 */
export function thinkingForm(model: string): ThinkingForm | undefined {
  const version = geminiVersion(model);
  if (version === undefined) return undefined;
  if (version >= 3) return { by: 'level', canStop: version >= 4 };
  if (version < 2.5) return { by: 'nothing' };
  return { by: 'budget', least: /-pro\b/.test(lastName(model)) ? 128 : 0 };
}

/** Of `publishers/google/models/gemini-2.5-pro` and `models/gemini-2.5-pro`. */
const lastName = (model: string): string => model.toLowerCase().split('/').at(-1) ?? '';
