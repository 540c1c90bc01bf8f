import { ConfigError } from '../common/config-error.ts';
import { oneLine } from '../common/one-line.ts';
import { ImageError } from '../images/image-error.ts';
import { readImageFile } from '../images/image-file.ts';
import { imageName } from '../images/image-name.ts';
import type { ProviderConfig } from '../method/config.ts';
import type { AnchorSettings } from '../method/pick-anchors.ts';
import { type AnchorRow, type LoadRows, scoredRows } from './anchor-pool.ts';
import type { RowSource } from './row-input.ts';

/**
 * What keeps every row from its anchors: a listed image that is not there, a data set that cannot be read, holds too
 * few images or lacks the groups that the rows have. No image is decoded, and none is fetched.
 *
 * @param rows of the run
 * @returns undefined where nothing is known
 */
export async function anchorProblem(
  settings: AnchorSettings,
  rows: readonly Pick<RowSource, 'vars'>[],
  { config, load }: { config: Pick<ProviderConfig, 'allowRemoteImages'>; load: LoadRows },
): Promise<string | undefined> {
  try {
    if (settings.images === undefined) {
      const anchors = await scoredRows(settings, load);
      const ungrouped = withoutGroup(anchors, rows);
      if (ungrouped) {
        const { image, group } = ungrouped;
        return `anchors: the data set ${settings.dataset.format} lists ${imageName(image)} without its group, which is ${oneLine(group)} in this run; versions of an image could be its anchors, so set group in anchors.dataset.config as under tests`;
      }
    }
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

/** An image that has a group as a row of the run, and none where anchors come from. */
function withoutGroup(
  anchors: readonly AnchorRow[],
  rows: readonly Pick<RowSource, 'vars'>[],
): { image: string; group: string } | undefined {
  const groups = new Map(
    rows.flatMap(({ vars: { image, group } }) =>
      group == null || group === '' ? [] : [[image, String(group)]],
    ),
  );
  const found = anchors.find(
    ({ vars: { image }, metadata }) => metadata.group === undefined && groups.has(image),
  );
  return found && { image: found.vars.image, group: groups.get(found.vars.image)! };
}
