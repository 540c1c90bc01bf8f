/** One image of a TIFF file, uncompressed. */
export interface TiffPage {
  width: number;
  height: number;
  /** Of all channels, interleaved; as many bits as its elements have, unless `bits` says otherwise. */
  samples: ArrayBufferView & { BYTES_PER_ELEMENT?: number };
  channels: number;
  bits?: number;
  photometric?: number;
  /** Further tags, whole numbers. */
  tags?: Readonly<Record<number, readonly number[]>>;
  profile?: Uint8Array;
  subIfds?: readonly TiffPage[];
}

const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;

interface Field {
  tag: number;
  type: number;
  count: number;
  value: Buffer;
}

/** A little-endian TIFF file of the images given, in their order. */
export function tiffFile(pages: readonly TiffPage[]): Buffer {
  const header = Buffer.from('II*\0\0\0\0\0', 'latin1');
  const parts: Buffer[] = [header];
  let length = header.length;
  const place = (bytes: Buffer): number => {
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
    parts.push(padded);
    length += padded.length;
    return length - padded.length;
  };
  const placePage = (page: TiffPage, next: number): number => {
    const { samples, profile, subIfds = [] } = page;
    const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    const subIfdPlaces = subIfds.map((own) => placePage(own, 0));
    const bits = page.bits ?? 8 * (samples.BYTES_PER_ELEMENT ?? 1);
    const fields: Field[] = Object.entries({
      256: [page.width],
      257: [page.height],
      258: Array.from({ length: page.channels }, () => bits),
      259: [1],
      262: [page.photometric ?? (page.channels >= 3 ? 2 : 1)],
      273: [place(data)],
      277: [page.channels],
      278: [page.height],
      279: [data.length],
      ...(subIfdPlaces.length > 0 && { 330: subIfdPlaces }),
      ...page.tags,
    }).map(([tag, values]) => numbers(Number(tag), values));
    if (profile) {
      fields.push({
        tag: 34675,
        type: UNDEFINED,
        count: profile.length,
        value: Buffer.from(profile),
      });
    }
    fields.sort((a, b) => a.tag - b.tag);
    const directory = Buffer.alloc(2 + 12 * fields.length + 4);
    directory.writeUInt16LE(fields.length, 0);
    for (const [index, { tag, type, count, value }] of fields.entries()) {
      const at = 2 + 12 * index;
      directory.writeUInt16LE(tag, at);
      directory.writeUInt16LE(type, at + 2);
      directory.writeUInt32LE(count, at + 4);
      if (value.length <= 4) value.copy(directory, at + 8);
      else directory.writeUInt32LE(place(value), at + 8);
    }
    directory.writeUInt32LE(next, directory.length - 4);
    return place(directory);
  };
  let first = 0;
  for (const page of pages.toReversed()) first = placePage(page, first);
  header.writeUInt32LE(first, 4);
  return Buffer.concat(parts);
}

function numbers(tag: number, values: readonly number[]): Field {
  const type =
    values.some((value) => value > 65_535) || [273, 279, 330].includes(tag) ? LONG : SHORT;
  const size = type === LONG ? 4 : 2;
  const value = Buffer.alloc(values.length * size);
  for (const [index, number] of values.entries()) value.writeUIntLE(number, index * size, size);
  return { tag, type, count: values.length, value };
}
