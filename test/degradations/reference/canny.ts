const LOW_THRESHOLD = 50;
const HIGH_THRESHOLD = 150;
/** tan(22.5 degrees) in 15-bit fixed point, as OpenCV. */
const TAN_22_FIXED = 13573;

const CANDIDATE = 1;
const EDGE = 255;

/**
 * Canny edges (Canny 1986) of an 8-bit image as OpenCV finds them with thresholds 50 and 150: Sobel
 * 3x3 with repeated border, L1 magnitude, non-maximum suppression in four sectors, hysteresis.
 *
 * @returns 255 on edges, 0 elsewhere
 */
export function cannyEdges(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const marks = new Uint8Array(width * height);
  const edges: number[] = [];
  // Three rows of magnitudes, with a zero at both ends: outside the image the magnitude is 0.
  let above = new Int32Array(width + 2);
  let here = new Int32Array(width + 2);
  let below = new Int32Array(width + 2);
  let dx = new Int32Array(width);
  let dy = new Int32Array(width);
  let dxBelow = new Int32Array(width);
  let dyBelow = new Int32Array(width);
  sobelRow(pixels, width, height, 0, dx, dy, here);
  for (let y = 0; y < height; y++) {
    if (y + 1 < height) sobelRow(pixels, width, height, y + 1, dxBelow, dyBelow, below);
    else below.fill(0);
    markRow(marks, y * width, { above, here, below, dx, dy }, edges);
    [above, here, below] = [here, below, above];
    [dx, dxBelow] = [dxBelow, dx];
    [dy, dyBelow] = [dyBelow, dy];
  }
  followEdges(marks, width, height, edges);
  for (let i = 0; i < marks.length; i++) if (marks[i] !== EDGE) marks[i] = 0;
  return marks;
}

function sobelRow(
  pixels: Uint8Array,
  width: number,
  height: number,
  y: number,
  dx: Int32Array,
  dy: Int32Array,
  magnitude: Int32Array,
): void {
  const row = y * width;
  const up = y > 0 ? row - width : row;
  const down = y + 1 < height ? row + width : row;
  for (let x = 0; x < width; x++) {
    const l = x > 0 ? x - 1 : 0;
    const r = x + 1 < width ? x + 1 : x;
    const upLeft = pixels[up + l]!;
    const upRight = pixels[up + r]!;
    const downLeft = pixels[down + l]!;
    const downRight = pixels[down + r]!;
    const horizontal =
      upRight - upLeft + 2 * (pixels[row + r]! - pixels[row + l]!) + downRight - downLeft;
    const vertical =
      downLeft - upLeft + 2 * (pixels[down + x]! - pixels[up + x]!) + downRight - upRight;
    dx[x] = horizontal;
    dy[x] = vertical;
    magnitude[x + 1] = Math.abs(horizontal) + Math.abs(vertical);
  }
}

interface GradientRows {
  above: Int32Array;
  here: Int32Array;
  below: Int32Array;
  dx: Int32Array;
  dy: Int32Array;
}

function markRow(
  marks: Uint8Array,
  row: number,
  { above, here, below, dx, dy }: GradientRows,
  edges: number[],
): void {
  for (let x = 0; x < dx.length; x++) {
    const magnitude = here[x + 1]!;
    if (magnitude <= LOW_THRESHOLD) continue;
    const gx = dx[x]!;
    const gy = dy[x]!;
    const absX = Math.abs(gx);
    const absY = Math.abs(gy) * 32768;
    const tan22 = absX * TAN_22_FIXED;
    const tan67 = tan22 + absX * 65536;
    let isMaximum: boolean;
    if (absY < tan22) {
      isMaximum = magnitude > here[x]! && magnitude >= here[x + 2]!;
    } else if (absY > tan67) {
      isMaximum = magnitude > above[x + 1]! && magnitude >= below[x + 1]!;
    } else {
      const s = (gx ^ gy) < 0 ? -1 : 1;
      isMaximum = magnitude > above[x + 1 - s]! && magnitude > below[x + 1 + s]!;
    }
    if (!isMaximum) continue;
    if (magnitude > HIGH_THRESHOLD) {
      marks[row + x] = EDGE;
      edges.push(row + x);
    } else {
      marks[row + x] = CANDIDATE;
    }
  }
}

/** Every candidate that is connected to an edge through candidates (8-neighbourhood) is an edge. */
function followEdges(marks: Uint8Array, width: number, height: number, pending: number[]): void {
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const x = index % width;
    const y = (index - x) / width;
    const left = x > 0 ? -1 : 0;
    const right = x + 1 < width ? 1 : 0;
    for (let down = y > 0 ? -1 : 0; down <= (y + 1 < height ? 1 : 0); down++) {
      for (let across = left; across <= right; across++) {
        const neighbour = index + down * width + across;
        if (marks[neighbour] === CANDIDATE) {
          marks[neighbour] = EDGE;
          pending.push(neighbour);
        }
      }
    }
  }
}
