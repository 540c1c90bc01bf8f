import type { RawImage } from '../images/raw-image.ts';

/** From mild to severe. */
export const SEVERITIES = [1, 2, 3, 4, 5] as const;

export type Severity = (typeof SEVERITIES)[number];

/** One way of making an image worse, at five severities. */
export interface Degradation {
  /** Whether the result depends on the seed. */
  readonly random: boolean;
  /** Longest side it can take, in pixels, where there is such a limit. */
  readonly maxSide?: number;
  /** Pure; `image` has been checked. Returns an image of the same size with data of its own. */
  apply(image: RawImage, severity: Severity, seed: number): RawImage;
}
