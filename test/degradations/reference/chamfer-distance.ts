/** Steps of the 5x5 chamfer mask in 16.16 fixed point: straight, diagonal, knight's move (OpenCV). */
const STRAIGHT = 65536;
const DIAGONAL = 91750;
const KNIGHT = 143976;
/** Farther than any distance that is used, and far from overflow. */
const FAR = 1 << 29;
/** The mask reaches two pixels beyond the image on each side. */
const MARGIN = 2;

/**
 * Distance of each pixel to the nearest non-zero pixel by the 5x5 chamfer (Borgefors 1986) in two
 * passes; very large everywhere when there is none.
 *
 * @returns row-major, in pixels times 65536
 */
export function chamferDistance(edges: Uint8Array, width: number, height: number): Int32Array {
  const stride = width + 2 * MARGIN;
  const padded = new Int32Array(stride * (height + 2 * MARGIN)).fill(FAR);
  for (let y = 0; y < height; y++) {
    let i = (y + MARGIN) * stride + MARGIN;
    for (let x = 0; x < width; x++, i++) {
      padded[i] = edges[y * width + x] ? 0 : nearestBefore(padded, i, stride);
    }
  }
  const distances = new Int32Array(width * height);
  for (let y = height - 1; y >= 0; y--) {
    let i = (y + MARGIN) * stride + MARGIN + width - 1;
    for (let x = width - 1; x >= 0; x--, i--) {
      let distance = padded[i]!;
      if (distance > STRAIGHT) {
        distance = Math.min(distance, nearestBefore(padded, i, -stride));
        padded[i] = distance;
      }
      distances[y * width + x] = distance;
    }
  }
  return distances;
}

/**
 * The least distance through the half of the mask that a pass has visited: the rows above and the
 * pixel before; with a negative stride, the mirrored half.
 */
function nearestBefore(d: Int32Array, i: number, stride: number): number {
  const one = stride > 0 ? 1 : -1;
  const far = i - 2 * stride;
  const near = i - stride;
  const knight = Math.min(
    Math.min(d[far - one]!, d[far + one]!),
    Math.min(d[near - 2 * one]!, d[near + 2 * one]!),
  );
  const diagonal = Math.min(d[near - one]!, d[near + one]!);
  const straight = Math.min(d[near]!, d[i - one]!);
  return Math.min(Math.min(knight + KNIGHT, diagonal + DIAGONAL), straight + STRAIGHT);
}
