import type { RawImage } from '../images/raw-image.ts';
import type { SimulatedContent, SimulatedLook } from './simulated/look.ts';
import type { StatisticalFeatures } from './statistical/index.ts';

/** Pixel work that judges have done elsewhere, so that the main thread stays free: the pixel pool's tasks. */
export interface PixelWork {
  run(
    task: 'statisticalFeatures',
    args: { image: RawImage },
    options?: { signal?: AbortSignal | undefined },
  ): Promise<StatisticalFeatures>;
  run(
    task: 'simulatedLook',
    args: { image: RawImage },
    options?: { signal?: AbortSignal | undefined },
  ): Promise<SimulatedLook>;
  run(
    task: 'simulatedContent',
    args: { image: RawImage },
    options?: { signal?: AbortSignal | undefined },
  ): Promise<SimulatedContent>;
}
