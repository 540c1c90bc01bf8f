import { ConfigError } from '../../common/config-error.ts';
import { geminiVersion } from './gemini-model.ts';

/** Sizes in which a model sees an image: https://ai.google.dev/gemini-api/docs/media-resolution. */
export const MEDIA_RESOLUTIONS = ['low', 'medium', 'high', 'ultra_high'] as const;
export type MediaResolution = (typeof MEDIA_RESOLUTIONS)[number];

/**
 * Tokens of an image by its size for the model, where that is all that they depend on (same page): `high` is
 * measured in `estimate-tokens.ts`, and Gemini 2.5 cuts images into pieces there.
 */
export function tokensOfImage(
  mediaResolution: MediaResolution,
  version: number | undefined,
): number | undefined {
  const isEarly = version !== undefined && version < 3;
  switch (mediaResolution) {
    case 'low':
      return isEarly ? 64 : 280;
    case 'medium':
      return isEarly ? 256 : 560;
    case 'high':
      return undefined;
    case 'ultra_high':
      return 2240;
  }
}

/** What an image is for Gemini 3 unless it is told otherwise. */
const DEFAULT: MediaResolution = 'high';

/** @throws ConfigError the model does not know the size */
export function mediaResolutionFor(
  judgeId: string,
  model: string,
  { mediaResolution = DEFAULT }: { mediaResolution?: MediaResolution | undefined },
): MediaResolution {
  const version = geminiVersion(model);
  if (mediaResolution === 'ultra_high' && version !== undefined && version < 3) {
    throw new ConfigError(
      `judge: "${judgeId}": judgeOptions.mediaResolution: this model knows low, medium and high (found "ultra_high")`,
    );
  }
  return mediaResolution;
}
