/** Samples of one component; both sides are multiples of 8. */
export interface Plane {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/**
 * The 8-point transform of Loeffler, Ligtenberg & Moschytz (ICASSP 1989) in integers, with 13 bits behind
 * the point, as the Independent JPEG Group's library computes it by default ("islow"): its roundings
 * decide which step a coefficient falls on, and so where ringing appears.
 */
const CONSTANT_BITS = 13;
/** Extra bits that are kept between the two passes. */
const PASS_BITS = 2;

const fixed = (constant: number): number => Math.round(constant * 2 ** CONSTANT_BITS);
const F_0_298 = fixed(0.298631336);
const F_0_390 = fixed(0.390180644);
const F_0_541 = fixed(0.5411961);
const F_0_765 = fixed(0.765366865);
const F_0_899 = fixed(0.899976223);
const F_1_175 = fixed(1.175875602);
const F_1_501 = fixed(1.50132111);
const F_1_847 = fixed(1.847759065);
const F_1_961 = fixed(1.96157056);
const F_2_053 = fixed(2.053119869);
const F_2_562 = fixed(2.562915447);
const F_3_072 = fixed(3.072711026);

/**
 * What JPEG loses: the DCT coefficients of every 8 x 8 block become multiples of the table's steps.
 * Changes `plane` in place.
 */
export function quantiseBlocks({ data, width, height }: Plane, table: Uint8Array): void {
  const block = new Int32Array(64);
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let i = 0; i < 64; i++)
        block[i] = data[(top + (i >> 3)) * width + left + (i & 7)]! - 128;
      transform(block);
      for (let i = 0; i < 64; i++) block[i] = quantised(block[i]!, table[i]!);
      transformBack(block);
      for (let i = 0; i < 64; i++)
        data[(top + (i >> 3)) * width + left + (i & 7)] = block[i]! + 128;
    }
  }
}

/** The nearest multiple of `step`, halves away from zero, of a coefficient that is 8 times too large. */
const quantised = (value: number, step: number): number =>
  Math.sign(value) * Math.floor((Math.abs(value) + 4 * step) / (8 * step)) * step;

/** Coefficients come out 8 times too large. */
function transform(block: Int32Array): void {
  for (let row = 0; row < 64; row += 8) forward(block, row, 1, CONSTANT_BITS - PASS_BITS, true);
  for (let column = 0; column < 8; column++)
    forward(block, column, 8, CONSTANT_BITS + PASS_BITS, false);
}

function transformBack(block: Int32Array): void {
  for (let column = 0; column < 8; column++) inverse(block, column, 8, CONSTANT_BITS - PASS_BITS);
  for (let row = 0; row < 64; row += 8) inverse(block, row, 1, CONSTANT_BITS + PASS_BITS + 3);
}

/** Divides by 2^bits and rounds, halves up. */
const descale = (value: number, bits: number): number => (value + 2 ** (bits - 1)) >> bits;

function forward(
  block: Int32Array,
  from: number,
  step: number,
  bits: number,
  isFirstPass: boolean,
): void {
  const at = (i: number) => block[from + i * step]!;
  const put = (i: number, value: number) => {
    block[from + i * step] = value;
  };
  const [sum0, sum1, sum2, sum3] = [at(0) + at(7), at(1) + at(6), at(2) + at(5), at(3) + at(4)];
  const [odd0, odd1, odd2, odd3] = [at(3) - at(4), at(2) - at(5), at(1) - at(6), at(0) - at(7)];
  const even0 = sum0 + sum3;
  const even1 = sum1 + sum2;
  const even2 = sum1 - sum2;
  const even3 = sum0 - sum3;
  const whole = (value: number) =>
    isFirstPass ? value * 2 ** PASS_BITS : descale(value, PASS_BITS);
  put(0, whole(even0 + even1));
  put(4, whole(even0 - even1));
  const turned = (even2 + even3) * F_0_541;
  put(2, descale(turned + even3 * F_0_765, bits));
  put(6, descale(turned - even2 * F_1_847, bits));
  const [out7, out5, out3, out1] = oddPart(odd0, odd1, odd2, odd3);
  put(7, descale(out7, bits));
  put(5, descale(out5, bits));
  put(3, descale(out3, bits));
  put(1, descale(out1, bits));
}

function inverse(block: Int32Array, from: number, step: number, bits: number): void {
  const at = (i: number) => block[from + i * step]!;
  const turned = (at(2) + at(6)) * F_0_541;
  const cross = turned - at(6) * F_1_847;
  const along = turned + at(2) * F_0_765;
  const sum = (at(0) + at(4)) * 2 ** CONSTANT_BITS;
  const difference = (at(0) - at(4)) * 2 ** CONSTANT_BITS;
  const evens = [sum + along, difference + cross, difference - cross, sum - along];
  const odds = oddPart(at(7), at(5), at(3), at(1)).reverse();
  for (let i = 0; i < 4; i++) {
    const [even, odd] = [evens[i]!, odds[i]!];
    block[from + i * step] = descale(even + odd, bits);
    block[from + (7 - i) * step] = descale(even - odd, bits);
  }
}

/** The four odd outputs of either direction. */
function oddPart(a: number, b: number, c: number, d: number): [number, number, number, number] {
  const common = (a + c + b + d) * F_1_175;
  const outer = -(a + d) * F_0_899;
  const inner = -(b + c) * F_2_562;
  const first = common - (a + c) * F_1_961;
  const second = common - (b + d) * F_0_390;
  return [
    a * F_0_298 + outer + first,
    b * F_2_053 + inner + second,
    c * F_3_072 + inner + first,
    d * F_1_501 + outer + second,
  ];
}
