import { ConfigError } from '../common/config-error.ts';
import { isAddress, isInside } from './image-path.ts';
import { imagePath, type LocatedImage } from './listed-image.ts';
import { refuseOutsideLinks } from './outside-links.ts';
import { shortened } from './score-text.ts';

/** Lines that an error names. */
const LINES_NAMED = 3;

/**
 * @param lists how errors call the lists as a whole
 * @throws ConfigError a path or a symbolic link leads out of the folder of its list's images
 */
export function refuseOutside(lists: string, images: readonly LocatedImage[]): void {
  // What a list held itself was written elsewhere.
  const beside = images.filter(({ line }) => line.file === undefined);
  refuseOutsidePaths(beside);
  for (const [root, own] of Map.groupBy(beside, (image) => image.root)) {
    refuseOutsideLinks(
      lists,
      root,
      own.flatMap(({ files }) => files),
    );
  }
}

function refuseOutsidePaths(images: readonly LocatedImage[]): void {
  const outside = images.flatMap((image) => {
    const { name, root } = image;
    return name === undefined || isAddress(name) || isInside(root, imagePath(image))
      ? []
      : [{ ...image, name }];
  });
  const [first] = outside;
  if (first === undefined) return;
  const named = outside
    .slice(0, LINES_NAMED)
    .map(({ name, line }) => `"${shortened(name)}" in ${line.place}`);
  throw new ConfigError(
    `${first.list}: ${outside.length} image ${outside.length === 1 ? 'path leads' : 'paths lead'} out of ${first.root} (${named.join(', ')}${outside.length > LINES_NAMED ? ', …' : ''}); set root to the folder that holds them all, or allowOutsideRoot: true`,
  );
}
