/** A colour space as an ICC profile of version 2 describes it, and what it means in sRGB by arithmetic. */
export interface ColourSpace {
  /** Columns are XYZ of red, green and blue, adapted to D50; absent for grey. */
  primaries?: readonly (readonly [number, number, number])[];
  /** From a value of 0 to 1 to light. */
  toLight: (value: number) => number;
}

const power = (gamma: number) => (value: number) => value ** gamma;

export const toLightOfSrgb = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

const fromLightOfSrgb = (light: number): number =>
  light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;

/** Bruce Lindbloom, "RGB/XYZ Matrices": D50, rows. */
const SRGB_ROWS = [
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733],
] as const;

export const SRGB: ColourSpace = { primaries: SRGB_ROWS, toLight: toLightOfSrgb };

export const COLOUR_SPACES: Readonly<Record<string, ColourSpace>> = {
  sRGB: SRGB,
  'sRGB primaries, linear': { primaries: SRGB_ROWS, toLight: power(1) },
  'Adobe RGB (1998)': {
    primaries: [
      [0.6097559, 0.2052401, 0.149224],
      [0.3111242, 0.625656, 0.0632197],
      [0.0194811, 0.0608902, 0.7448387],
    ],
    toLight: power(2.19921875),
  },
  'ProPhoto RGB': {
    primaries: [
      [0.7976749, 0.1351917, 0.0313534],
      [0.2880402, 0.7118741, 0.0000857],
      [0, 0, 0.82521],
    ],
    toLight: power(1.8),
  },
};

export const GREY_SPACES: Readonly<Record<string, ColourSpace>> = {
  'grey, gamma 2.2': { toLight: power(2.2) },
  'grey, gamma 1.8': { toLight: power(1.8) },
  'grey, linear': { toLight: power(1) },
  'grey, as sRGB': { toLight: toLightOfSrgb },
};

/** The sRGB levels, 0 to 255, of a pixel in another space; what lies outside is clipped. */
export function toSrgb({ primaries, toLight }: ColourSpace, pixel: readonly number[]): number[] {
  const light = pixel.map(toLight);
  const linear = primaries ? solve(SRGB_ROWS, multiply(primaries, light)) : light;
  return linear.map((value) => 255 * fromLightOfSrgb(Math.min(1, Math.max(0, value))));
}

const multiply = (rows: readonly (readonly number[])[], vector: readonly number[]): number[] =>
  rows.map((row) => row.reduce((sum, value, i) => sum + value * vector[i]!, 0));

/** Cramer's rule. */
function solve(rows: readonly (readonly number[])[], vector: readonly number[]): number[] {
  const whole = determinant(rows);
  return [0, 1, 2].map(
    (column) =>
      determinant(
        rows.map((row, i) => row.map((v, j) => (j === column ? vector[i] : v) as number)),
      ) / whole,
  );
}

function determinant(rows: readonly (readonly number[])[]): number {
  const [[a, b, c], [d, e, f], [g, h, i]] = rows as [
    number[],
    number[],
    number[],
  ] as number[][] as [[number, number, number], [number, number, number], [number, number, number]];
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

const CURVE_STEPS = 4096;

/** The profile of a colour space (ICC.1:2001-04): primaries and a curve, sampled. */
export function iccProfile({ primaries, toLight }: ColourSpace): Buffer {
  const curve = Buffer.alloc(12 + 2 * CURVE_STEPS);
  curve.write('curv');
  curve.writeUInt32BE(CURVE_STEPS, 8);
  for (let step = 0; step < CURVE_STEPS; step++) {
    const light = toLight(step / (CURVE_STEPS - 1));
    curve.writeUInt16BE(Math.round(65_535 * light), 12 + 2 * step);
  }
  const column = (index: number) => xyz((primaries ?? []).map((row) => row[index]!));
  const tags: [string, Buffer][] = [
    ['desc', Buffer.concat([Buffer.from('desc\0\0\0\0\0\0\0\x02x\0', 'latin1'), Buffer.alloc(78)])],
    ['cprt', Buffer.from('text\0\0\0\0none\0', 'latin1')],
    ['wtpt', xyz(D50)],
    ...(primaries
      ? (['rXYZ', 'gXYZ', 'bXYZ'].map((name, i) => [name, column(i)]) as [string, Buffer][])
      : []),
    ...(primaries ? ['rTRC', 'gTRC', 'bTRC'] : ['kTRC']).map((name): [string, Buffer] => [
      name,
      curve,
    ]),
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const contents: Buffer[] = [];
  let at = 128 + table.length;
  for (const [index, [name, content]] of tags.entries()) {
    const padded = Buffer.concat([content, Buffer.alloc(-content.length & 3)]);
    table.write(name, 4 + 12 * index, 'latin1');
    table.writeUInt32BE(at, 8 + 12 * index);
    table.writeUInt32BE(content.length, 12 + 12 * index);
    contents.push(padded);
    at += padded.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(0x02100000, 8);
  header.write(`mntr${primaries ? 'RGB ' : 'GRAY'}XYZ `, 12);
  header.write('acsp', 36);
  xyz(D50).copy(header, 68, 8);
  return Buffer.concat([header, table, ...contents]);
}

const D50 = [0.9642, 1, 0.8249];

function xyz(values: readonly number[]): Buffer {
  const tag = Buffer.alloc(20);
  tag.write('XYZ ');
  for (const [index, value] of values.entries())
    tag.writeInt32BE(Math.round(value * 65_536), 8 + 4 * index);
  return tag;
}
