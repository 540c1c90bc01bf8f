import { ConfigError } from '../../common/config-error.ts';
import { counted } from '../number-text.ts';
import { joinedProblems, type PublishedImage } from './image.ts';
import type { PublishedDataset } from './published-dataset.ts';

/**
 * The images of a split, by its published name whatever the case of the label's letters. Images that
 * cannot be read, or whose label is no published split, stay in: nobody knows that they belong to
 * another.
 *
 * @throws ConfigError no image is in the split
 */
export function inSplit(
  images: readonly PublishedImage[],
  split: string,
  { title, splits = {} }: PublishedDataset,
): PublishedImage[] {
  const names = Object.keys(splits);
  const nameOf = (label = '') => names.find((name) => name === label.trim().toLowerCase());
  const labelled = images.map((image) => ({ image, name: nameOf(image.split) }));
  if (split === 'all') {
    return labelled.map(({ image, name }) => (name ? { ...image, split: name } : image));
  }
  if (!labelled.some(({ image, name }) => name === split && image.files.length > 0)) {
    throw new ConfigError(
      `${title}: none of the ${counted(images.length)} images that are listed is in the split "${split}"`,
    );
  }
  return labelled.flatMap(({ image, name }) => {
    if (name === split) return [{ ...image, split }];
    if (image.files.length === 0) return [image];
    if (name !== undefined) return [];
    const problem = `${image.place}: the split "${image.split?.trim() ?? ''}" is none of ${names.join(', ')}; mend the line, or take split: all`;
    return [{ ...image, problem: joinedProblems([image.problem, problem]) }];
  });
}
