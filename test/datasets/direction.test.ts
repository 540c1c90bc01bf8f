import { describe, expect, it, vi } from 'vitest';
import csv from '../../datasets/csv.ts';
import json from '../../datasets/json.ts';
import jsonl from '../../datasets/jsonl.ts';
import qdebiasJson from '../../datasets/qdebias-json.ts';
import { directionQuestion } from '../../src/datasets/direction.ts';
import { tree } from './trees.ts';

const images = { 'a.jpg': '', 'b.jpg': '', 'c.jpg': '', 'd.jpg': '' };
const scores = { 'a.jpg': '0.5', 'b.jpg': '0', 'c.jpg': '-2', 'd.jpg': 'none' };
const entries = Object.entries(scores).map(([image, dmos]) => ({ image, dmos }));

const loaders = {
  csv: [csv, `image,dmos\n${entries.map((entry) => Object.values(entry).join()).join('\n')}\n`],
  json: [json, JSON.stringify(entries)],
  jsonl: [jsonl, entries.map((entry) => JSON.stringify(entry)).join('\n')],
  'qdebias-json': [qdebiasJson, JSON.stringify(entries)],
} as const;

/** The data set with the file, and what was printed on stderr. */
async function load(name: keyof typeof loaders, direction?: string) {
  const [loader, list] = loaders[name];
  const root = await tree({ ...images, list });
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const rows = await loader({
      file: `${root}/list`,
      image: 'image',
      mos: 'dmos',
      ...(direction && { direction }),
    });
    return { rows, printed: stderr.mock.calls.join('') };
  } finally {
    stderr.mockRestore();
  }
}

describe.each(Object.keys(loaders) as (keyof typeof loaders)[])('direction in %s', (name) => {
  it('lower turns the sign of every score, once, and each row says so', async () => {
    const { rows, printed } = await load(name, 'lower');
    expect(rows.map(({ vars }) => vars.mos)).toEqual([-0.5, 0, 2, 'none']);
    for (const { metadata } of rows) {
      expect(metadata.direction).toBe('mos is minus column "dmos": in the file lower is better');
      expect(metadata.iqaSource).toMatchObject({ read: { direction: 'lower' } });
    }
    expect(printed).toBe('');
  });

  it('higher is the default, and asked about where the column is a dmos', async () => {
    const left = await load(name);
    const said = await load(name, 'higher');
    for (const { rows } of [left, said]) {
      expect(rows.map(({ vars }) => vars.mos)).toEqual([0.5, 0, -2, 'none']);
      expect(rows[0]?.metadata.direction).toBeUndefined();
    }
    expect(left.printed).toMatch(
      /list: column "dmos" is taken as higher is better; .*set direction: lower, else direction: higher\n$/,
    );
    expect(said.printed).toBe('');
  });

  it('is one of the two', async () => {
    await expect(load(name, 'down')).rejects.toThrow(/config: direction: .*found "down"/);
  });
});

describe('columns that may be differential', () => {
  it.each([
    'dmos',
    'DMOS',
    'DMOS_mean',
    'd-mos',
    'd_mos',
    'scores.dmos',
    'Difference MOS',
    'differential',
  ])('%s is asked about', (column) => {
    expect(directionQuestion(column, undefined)).toContain(`column "${column}" is taken as higher`);
    expect(directionQuestion(column, 'higher')).toBeUndefined();
  });

  it.each(['mos', 'MOS', 'good_mos', 'score', 'mos_quality', 2])('%s is not', (column) => {
    expect(directionQuestion(column, undefined)).toBeUndefined();
  });
});
