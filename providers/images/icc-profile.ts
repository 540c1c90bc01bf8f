/** Tags without which libvips does not use a profile: curves and primaries, or a table. */
const NEEDED = {
  'RGB ': [['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'], ['A2B0']],
  GRAY: [['kTRC'], ['A2B0']],
} as const;

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
    if (bytes.readUInt32BE(at + 4) + bytes.readUInt32BE(at + 8) > bytes.length) return false;
    tags.add(bytes.toString('latin1', at, at + 4));
  }
  return NEEDED[space].some((needed) => needed.every((tag) => tags.has(tag)));
}
