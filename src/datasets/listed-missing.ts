import { imageHints } from './image-hint.ts';
import { isAddress } from './image-path.ts';
import { listsName } from './list-names.ts';
import type { LocatedImage } from './listed-image.ts';
import { sayMissing } from './missing-images.ts';

/**
 * The same images, with what may be meant by those that are not there. A line says how many of a folder
 * are not.
 *
 * @throws ConfigError none of a folder is there
 */
export function withHints(images: readonly LocatedImage[]): LocatedImage[] {
  const hints = new Map<LocatedImage, string | undefined>();
  for (const [root, own] of Map.groupBy(images, (image) => image.root)) {
    const hint = imageHints(root);
    const missing = own.flatMap((image) => {
      const { name, files } = image;
      return name === undefined || isAddress(name) || files.length > 0
        ? []
        : [{ image, name, hint: hint(name) }];
    });
    sayMissing(
      listsName([...new Set(own.map(({ list }) => list))]),
      {
        total: own.filter(({ name }) => name !== undefined).length,
        missing: missing.map(({ name }) => name),
        folder: root,
        hint: missing.find((each) => each.hint !== undefined)?.hint,
      },
      'root',
    );
    for (const each of missing) hints.set(each.image, each.hint?.text);
  }
  return images.map((image) => ({ ...image, hint: hints.get(image) }));
}
