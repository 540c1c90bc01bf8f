/** What is resampled together. */
export interface ResamplingUnits {
  /** Name of each image's unit. */
  names: string[];
  kind: 'images' | 'groups';
}

/**
 * The independent units of images: their groups, where every image has one; else the files, so that
 * one that stands twice in a data set is no two observations.
 */
export function unitsOfImages(
  images: readonly { sha256: string; group?: string | undefined }[],
): ResamplingUnits {
  const hasGroups = images.length > 0 && images.every(({ group }) => group !== undefined);
  return {
    names: images.map(({ sha256, group }) => (hasGroups ? String(group) : sha256)),
    kind: hasGroups ? 'groups' : 'images',
  };
}
