/** Pixels that images in memory may have together: 3 bytes each, decoded. */
const MOST_PIXELS = 100_000_000;

/** Makes an image when it is first asked for, and keeps the ones that were asked for last. */
export interface KeptImages<Key, Image> {
  get(key: Key): Promise<Image>;
}

/** @param make what is kept, with the size that counts against the limit */
export function keptImages<Key, Image extends { width: number; height: number }>(
  make: (key: Key) => Promise<Image>,
  mostPixels = MOST_PIXELS,
): KeptImages<Key, Image> {
  const kept = new Map<Key, { image: Promise<Image>; pixels: number }>();
  const forgetOldest = (): void => {
    let pixels = [...kept.values()].reduce((sum, each) => sum + each.pixels, 0);
    for (const [key, each] of kept) {
      if (pixels <= mostPixels) return;
      kept.delete(key);
      pixels -= each.pixels;
    }
  };
  return {
    get(key) {
      const known = kept.get(key);
      if (known) {
        // The last of the map is the one that was asked for last.
        kept.delete(key);
        kept.set(key, known);
        return known.image;
      }
      const image = make(key);
      const entry = { image, pixels: 0 };
      kept.set(key, entry);
      image.then(
        ({ width, height }) => {
          entry.pixels = width * height;
          forgetOldest();
        },
        () => kept.delete(key),
      );
      return image;
    },
  };
}
