/** What is known of one of pyiqa's tables. */
export interface PyiqaTable {
  title: string;
  /** Which scores are better in it, whatever their column is called. */
  direction: 'higher' | 'lower';
  /** Images that pyiqa leaves out as well. */
  leftOut?: RegExp;
}

/** By the middle of the file's name: `meta_info_<name>Dataset.csv`. Directions: `pyiqa/default_dataset_configs.yml`. */
const TABLES: Readonly<Record<string, PyiqaTable>> = {
  AVA: { title: 'AVA', direction: 'higher' },
  CGFIQA: { title: 'CGFIQA', direction: 'higher' },
  CSIQ: { title: 'CSIQ', direction: 'lower' },
  FLIVE: { title: 'FLIVE', direction: 'higher' },
  GFIQA: { title: 'GFIQA', direction: 'higher' },
  KADID10k: { title: 'KADID-10k', direction: 'higher' },
  KonIQ10k: { title: 'KonIQ-10k', direction: 'higher' },
  'KonIQ10k++': { title: 'KonIQ-10k++', direction: 'higher' },
  LIVEChallenge: {
    title: 'LIVE Challenge',
    direction: 'higher',
    leftOut: /(^|[\\/])t[1-7]\.bmp$/i,
  },
  LIVEIQA: { title: 'LIVE release 2', direction: 'lower' },
  LIVEMD: { title: 'LIVE Multiply Distorted', direction: 'lower' },
  PIPAL: { title: 'PIPAL', direction: 'higher' },
  SPAQ: { title: 'SPAQ', direction: 'higher' },
  TID2008: { title: 'TID2008', direction: 'higher' },
  TID2013: { title: 'TID2013', direction: 'higher' },
};

/** The table of this file name; undefined where pyiqa has none of that name. */
export function pyiqaTable(fileName: string): PyiqaTable | undefined {
  const name = /^meta_info_(.+?)Dataset\b/i.exec(fileName)?.[1]?.toLowerCase();
  return Object.entries(TABLES).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** Splits that a table gives by numbers. */
export const splitName = (number: string): string =>
  ({ 0: 'train', 1: 'val', 2: 'test' })[number] ?? number;
