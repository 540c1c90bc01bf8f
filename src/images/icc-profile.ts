/** Tags without which libvips does not use a profile: curves and primaries, or a table. */
const NEEDED = {
  'RGB ': [['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'], ['A2B0']],
  GRAY: [['kTRC'], ['A2B0']],
} as const;

/** Types of content of those, by the end of their names. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  XYZ: ['XYZ '],
  TRC: ['curv', 'para'],
  '2B0': ['mft1', 'mft2', 'mAB '],
};

/**
 * Whether an embedded colour profile (ICC.1) can be used for an image of so many channels. A damaged one, or
 * one for other channels, is ignored, as browsers do.
 *
 * @param channels without alpha
 */
export function isUsableProfile(profile: Uint8Array, channels: 1 | 3): boolean {
  const bytes = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (bytes.length < 132 || bytes.toString('latin1', 36, 40) !== 'acsp') return false;
  const space = bytes.toString('latin1', 16, 20);
  if (space !== (channels === 3 ? 'RGB ' : 'GRAY')) return false;
  const tags = new Set<string>();
  const count = Math.min(bytes.readUInt32BE(128), 1000);
  for (let index = 0; index < count; index++) {
    const at = 132 + 12 * index;
    if (at + 12 > bytes.length) return false;
    const [start, length] = [bytes.readUInt32BE(at + 4), bytes.readUInt32BE(at + 8)];
    if (start + length > bytes.length) return false;
    const name = bytes.toString('latin1', at, at + 4);
    const types = TYPES[name.slice(1)];
    const type = bytes.toString('latin1', start, start + 4);
    if (types === undefined || types.includes(type)) tags.add(name);
  }
  return NEEDED[space].some((needed) => needed.every((tag) => tags.has(tag)));
}
