import type { Ratings } from '../../rows/ratings.ts';
import { readRatings } from '../ratings.ts';
import { joinedProblems, type PublishedImage } from './image.ts';

/**
 * A listed image with what its line says of the ratings; what cannot be read is a problem of the row. An
 * image that could not be read itself stays as it is.
 *
 * @param cells as in `readRatings`
 * @param convert from what the list says to the scale of MOS; left out: they are on it
 */
export function withRatings(
  image: PublishedImage,
  cells: Parameters<typeof readRatings>[0],
  convert: (found: Ratings) => Ratings = (found) => found,
): PublishedImage {
  const [name] = image.files;
  if (name === undefined) return image;
  const { ratings, problem } = readRatings(cells, name);
  const described = joinedProblems([image.problem, problem && `${image.place}: ${problem}`]);
  return {
    ...image,
    ratings: convert(ratings),
    ...(described !== '' && { problem: described }),
  };
}
