import type { RawImage } from '../../src/images/raw-image.ts';

type Colour = readonly [number, number, number];

const WIDTH = 480;
const HEIGHT = 320;

/** Grain in -1..1 that looks random and is not. */
function grain(x: number, y: number): number {
  const wave = Math.sin(x * 12.9898 + y * 78.233) * 43758.5453;
  return 2 * (wave - Math.floor(wave)) - 1;
}

const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

function sky(x: number, y: number): Colour {
  const blue = mix([70, 130, 215], [235, 205, 170], y / 210);
  const sun = Math.hypot(x - 380, y - 60);
  if (sun < 24) return [255, 244, 205];
  const cloud =
    Math.sin(x / 47) * Math.cos(y / 13 + x / 90) + 0.4 * Math.sin(x / 17 + y / 9) - y / 160;
  return mix(mix(blue, [255, 235, 195], Math.max(0, 1 - sun / 110)), [250, 250, 250], clamp(cloud));
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

const hill = (x: number): number => 165 + 26 * Math.sin(x / 61 + 1) + 12 * Math.sin(x / 23);

function field(x: number, y: number): Colour {
  const rows = Math.sin((x - 240) / (1 + (y - 190) / 40) / 3);
  const green = mix([120, 160, 60], [60, 105, 40], clamp((y - 190) / 130));
  return mix(green, [205, 170, 80], 0.35 * clamp(rows) + 0.1 * (1 + grain(x, y)));
}

function house(x: number, y: number): Colour | undefined {
  const roof = 128 + Math.abs(x - 130) * 0.62;
  if (y >= roof && y < 172 && Math.abs(x - 130) < 70)
    return x % 9 < 1 || y % 7 < 1 ? [120, 45, 35] : [175, 70, 50];
  if (y < 172 || y >= 240 || Math.abs(x - 130) >= 60) return undefined;
  const [column, row] = [(x - 70) % 40, (y - 172) % 34];
  if (column > 10 && column < 30 && row > 8 && row < 26)
    return column === 20 || row === 17 ? [245, 245, 240] : [45, 60, 85];
  return [225 + 6 * grain(x, y), 215 + 6 * grain(x, y), 190 + 6 * grain(x, y)];
}

function tree(x: number, y: number): Colour | undefined {
  if (Math.abs(x - 345) < 7 && y > 190 && y < 265) return [90, 62, 40];
  const edge = 52 + 7 * Math.sin(Math.atan2(y - 165, x - 345) * 9) + 3 * grain(x >> 1, y >> 1);
  if (Math.hypot(x - 345, y - 165) > edge) return undefined;
  const light = clamp(0.5 + (345 - x + 165 - y) / 160 + 0.3 * grain(x >> 1, y >> 1));
  return mix([25, 70, 30], [130, 180, 70], light);
}

function colourAt(x: number, y: number): Colour {
  const near = tree(x, y) ?? house(x, y);
  if (near) return near;
  if (y > 205) return field(x, y);
  return y > hill(x) ? mix([70, 105, 95], [110, 140, 90], clamp((y - 150) / 60)) : sky(x, y);
}

/**
 * The picture that documents show. It is computed, so that it belongs to nobody: a sky, hills, a field with
 * grain, a house with hard edges, a tree.
 */
export function scene(): RawImage {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 3);
  for (let y = 0, i = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++, i += 3) data.set(colourAt(x, y), i);
  return { data: new Uint8Array(data.buffer), width: WIDTH, height: HEIGHT };
}
