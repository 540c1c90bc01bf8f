import type { RawImage } from '../images/raw-image.ts';
import type { Severity } from './degradation.ts';
import { type DegradationName, degrade as degradeByName } from './index.ts';

/**
 * Makes a degraded copy. Pure: the result depends on the arguments alone, and the input is not changed.
 *
 * @param image 8-bit RGB, both sides at least 32 pixels
 * @param severity 1 (mild) to 5 (severe)
 * @param options.seed unsigned 32-bit integer; only the random degradations depend on it
 * @throws RangeError for anything else, naming the value
 * @example
 * const grey = { data: new Uint8Array(64 * 64 * 3).fill(128), width: 64, height: 64 };
 * const foggy = degrade(grey, 'fog', 4, { seed: 1 });
 */
export const degrade = (
  image: RawImage,
  name: DegradationName,
  severity: Severity,
  options: { seed: number },
): RawImage => degradeByName(image, name, severity, options);
