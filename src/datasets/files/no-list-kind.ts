import { fileTypeFromBuffer } from 'file-type';

/** What to do with files that are no list, by the endings that `file-type` knows them by. */
const KINDS: Readonly<Record<string, string>> = {
  gz: 'a gzip archive; unpack it (gunzip) and name the file inside',
  bz2: 'a bzip2 archive; unpack it and name the file inside',
  xz: 'an xz archive; unpack it and name the file inside',
  zst: 'a Zstandard archive; unpack it and name the file inside',
  zip: 'a zip archive; unpack it and name the file inside',
  '7z': 'a 7-Zip archive; unpack it and name the file inside',
  rar: 'a RAR archive; unpack it and name the file inside',
  tar: 'a tar archive; unpack it and name the file inside',
  xlsx: 'an Excel workbook (.xlsx); read it by datasets/csv.ts',
  parquet: 'a Parquet file; read it by datasets/csv.ts',
  cfb: 'an old Excel workbook (.xls), or one with a password; save it as .xlsx or CSV',
  ods: 'an OpenDocument workbook (.ods); save it as .xlsx or CSV',
  xlsm: 'a workbook with macros (.xlsm); save it as .xlsx or CSV',
  sqlite: 'an SQLite database; export the table as CSV',
  pdf: 'a PDF document; name the list itself',
};

/** Kinds that `file-type` does not know, by how they begin. */
const BEGINNINGS: readonly (readonly [begins: RegExp, kind: string])[] = [
  [
    /^version https:\/\/git-lfs\.github\.com\/spec\//,
    'a Git LFS pointer in place of the file; run `git lfs pull` where it was cloned',
  ],
  [
    /^\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b/is,
    'a web page (HTML); download the file itself, such as by the button "Raw" or "Download"',
  ],
  [
    /^(%YAML|---\s*[\r\n]|- ["']?[\w-]+["']?: |[\w-]+:[ \t]*\r?\n[ \t]*- )/,
    'a YAML file; write its entries as JSON, such as [{"image": "a.jpg", "mos": 3.2}, …]',
  ],
  [/^\s*<\?xml/i, 'an XML file; export the table as CSV'],
  [/^MATLAB 5\.0 MAT-file/, 'a MATLAB file; export the table as CSV'],
  [/^\x89HDF\r\n/, 'an HDF5 file (MATLAB 7.3 writes such); export the table as CSV'],
  [/^\x93NUMPY/, 'a NumPy array; export the table as CSV'],
  [
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a pickle says its version so
    /^\x80[\x02-\x05]/,
    'a Python pickle, which is never opened, as it could run code; export the table as CSV',
  ],
  [/^(ARROW1|\xff\xff\xff\xff)/, 'an Arrow file; export the table as Parquet or CSV'],
  [/^(\xff\xfe\0\0|\0\0\xfe\xff)/, 'a text in UTF-32; save it as UTF-8'],
];

const HEAD = 1024;

/** What a text is that is no list, with what to do; undefined where nothing is known against it. */
export const describeText = (text: string): string | undefined =>
  BEGINNINGS.find(([begins]) => begins.test(text.slice(0, HEAD)))?.[1];

/** What bytes are that are no text, in words, with what to do. */
export async function describeBinary(bytes: Uint8Array): Promise<string> {
  const head = Buffer.from(bytes.subarray(0, HEAD)).toString('latin1');
  const beginning = BEGINNINGS.find(([begins]) => begins.test(head));
  if (beginning) return beginning[1];
  const type = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (type === undefined) return 'a binary file; name a list';
  const { ext, mime } = type;
  if (mime.startsWith('image/')) return `an image (${mime}); name the list of the images`;
  return KINDS[ext] ?? `a file of type ${mime}; name a list`;
}
