import { basename, isAbsolute, relative } from 'node:path';
import type { TestCase } from 'promptfoo';

/** An image with its ground truth, as a data set's loader finds it. */
export interface DatasetImage {
  /** Absolute path of the image file. */
  path: string;
  /** Mean opinion score, higher is better; what the file says instead, where that is no number. */
  mos: number | string;
  /** Images that belong together, such as the distorted versions of one photograph. */
  group?: string;
  /** What is wrong with the row, in one line that names file, line and column. The provider answers it. */
  problem?: string;
  /** Anything else worth keeping with the row. */
  metadata?: Record<string, unknown>;
}

/** A test case of promptfoo for one image. */
export type DatasetRow = TestCase & {
  description: string;
  vars: { image: string; mos: number | string; dataset: string; group?: string };
  metadata: Record<string, unknown>;
};

/** Makes the rows of all data sets alike. */
export function datasetRow(dataset: string, image: DatasetImage): DatasetRow {
  const { path, mos, group, problem, metadata } = image;
  return {
    description: `${dataset}: ${basename(path)}`,
    vars: {
      image: displayPath(path),
      mos,
      dataset,
      ...(group !== undefined && { group }),
    },
    metadata: { ...metadata, ...(problem !== undefined && { problem }) },
  };
}

/** Relative to the working directory where the file lies inside it, so that results look the same elsewhere. */
function displayPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('..') || isAbsolute(fromHere)
    ? path
    : fromHere.replaceAll('\\', '/');
}
