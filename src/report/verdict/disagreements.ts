import { imageName } from '../../images/image-name.ts';
import type { Disagreement } from '../report-schema.ts';
import type { Sample, ScoredImage } from './column-sample.ts';
import { places } from './places.ts';

/**
 * The images whose place by score is farthest from their place by MOS. Places and not values, so that
 * neither the scale of the scores nor the fit of a curve decides.
 */
export function largestDisagreements(
  sample: Sample,
  count: number,
): (Disagreement & { of: ScoredImage })[] {
  const scorePlaces = places(sample.ranked);
  const mosPlaces = places(sample.mos);
  return sample.images
    .map((of, index) => ({
      image: imageName(of.row.image),
      sha256: of.scored.sha256,
      score: of.scored.score,
      mos: of.mos,
      scorePlace: scorePlaces[index]!,
      mosPlace: mosPlaces[index]!,
      of,
    }))
    .filter((image) => distance(image) > 0)
    .sort((a, b) => distance(b) - distance(a) || (a.image < b.image ? -1 : 1))
    .slice(0, count);
}

const distance = ({ scorePlace, mosPlace }: { scorePlace: number; mosPlace: number }): number =>
  Math.abs(scorePlace - mosPlace);
