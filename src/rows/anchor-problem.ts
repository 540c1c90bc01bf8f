import { ConfigError } from '../common/config-error.ts';
import { ImageError } from '../images/image-error.ts';
import { readImageFile } from '../images/image-file.ts';
import type { ProviderConfig } from '../method/config.ts';
import type { AnchorSettings } from '../method/pick-anchors.ts';
import { type LoadRows, scoredRows } from './anchor-pool.ts';

/**
 * What keeps every row from its anchors: a listed image that is not there, a data set that cannot be read or holds too
 * few images. No image is decoded, and none is fetched.
 *
 * @returns undefined where nothing is known
 */
export async function anchorProblem(
  settings: AnchorSettings,
  { config, load }: { config: Pick<ProviderConfig, 'allowRemoteImages'>; load: LoadRows },
): Promise<string | undefined> {
  try {
    if (settings.images === undefined) await scoredRows(settings, load);
    for (const { image } of settings.images ?? []) {
      if (!/^https?:/i.test(image)) await readImageFile(image, config);
    }
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    if (error instanceof ImageError) return `anchors.images: ${error.message}`;
    // What else there is may pass.
    return undefined;
  }
}
