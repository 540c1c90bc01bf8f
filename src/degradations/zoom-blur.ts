import type { RawImage } from '../images/raw-image.ts';
import { type Kernels, put, take, withKernels } from '../wasm/kernels.ts';
import type { Degradation, Severity } from './degradation.ts';
import { type AxisSampling, type ZoomLayer, zoomLayers } from './zoom-sampling.ts';

/** Unit roundoff of single precision. */
const SINGLE_ROUNDOFF = 2 ** -24;

/**
 * The mean of the image and of ever larger zooms into its centre.
 *
 * The reference mixes single and double precision and truncates, so its bytes hang on the last bits.
 * They are found by plain interpolation in single precision, whose result decides the byte unless it
 * comes so near an integer that rounding errors could matter; those few are computed again by the
 * reference's own arithmetic.
 */
export const zoomBlur: Degradation = {
  random: false,
  apply({ data, width, height }: RawImage, severity: Severity): RawImage {
    const layers = zoomLayers(width, height, severity);
    return withKernels((kernels) => {
      const table = layers.flatMap((layer) => putLayer(kernels, layer));
      const layersPointer = put(kernels, Uint32Array.from(table));
      const source = put(kernels, data);
      const target = kernels.reserve(data.length);
      const checkedJudge = guardLevels(layers.length);
      kernels.zoomBlur(source, target, width, height, layersPointer, layers.length, checkedJudge);
      return { data: take(kernels, target, data.length), width, height };
    });
  },
};

/** One `ZoomLayer` of assembly/zoom-layers.ts: its tables, then the fields that the kernel keeps. */
function putLayer(kernels: Kernels, { rows, columns }: ZoomLayer): number[] {
  const upper = rows.first.map((first) => first + rows.cropStart);
  // The last sample of a crop has weight 0 for its successor, so any neighbour does.
  const lower = rows.first.map(
    (first) => Math.min(first + 1, rows.cropLength - 1) + rows.cropStart,
  );
  const left = columns.first.map((first) => first + columns.cropStart);
  const columnWeights = pairs(columns);
  const last = columns.first.length - 1;
  const lastColumnIsZero = columns.weight0[last] === 0 && columns.weight1[last] === 0;
  return [
    put(kernels, upper),
    put(kernels, lower),
    put(kernels, pairs(rows)),
    put(kernels, left),
    put(kernels, columnWeights),
    put(kernels, Float32Array.from(columnWeights)),
    lastColumnIsZero ? 1 : 0,
    ...[0, 0, 0, 0, 0, 0],
  ];
}

const pairs = ({ weight0, weight1 }: AxisSampling): Float64Array =>
  Float64Array.from({ length: 2 * weight0.length }, (_, i) =>
    Number((i % 2 === 0 ? weight0 : weight1)[i >> 1]),
  );

/**
 * How near an integer, in levels of 0..255, the kernel's value leaves the byte undecided: as far as it
 * and the reference's can be from the true one together. Let u be the unit roundoff of single precision
 * and n the number of layers without factor 1; no value exceeds 255 levels, no partial sum 255 (n + 2).
 *
 * The kernel: across, each product errs by 2u (its weight and itself) and the sum by u, so 3u; down,
 * the same again, so 6u a layer. The k-th addition errs by (k + 2) u, of 2 + k values. Divided by
 * n + 2; then 2u for that division, done as a product.
 *
 * The reference: 2u a layer (its bytes as floats, its own rounding); the k-th addition errs by
 * (k + 1) u, of k + 1 values; (n + 2) u for adding the image. Divided by n + 2; then u each for the
 * division and the product with 255.
 *
 * A hundredth more covers second-order terms, which are 10^-6 of these, and double precision.
 */
function guardLevels(n: number): number {
  const kernel = (6 * n + (n * (n + 5)) / 2) / (n + 2) + 2;
  const reference = (2 * (n + 2) + (n * (n + 3)) / 2 + n + 2) / (n + 2) + 2;
  return 1.01 * 255 * SINGLE_ROUNDOFF * (kernel + reference);
}
