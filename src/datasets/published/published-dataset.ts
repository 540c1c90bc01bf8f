import { z } from 'zod';
import { allowOutsideRootField } from '../outside-links.ts';
import { subsetFields } from '../subset.ts';
import type { DatasetCopy } from './files.ts';
import type { PublishedImage } from './image.ts';
import type { Direction, ScoredName } from './shown-direction.ts';

/** What is known of a data set that others publish, and how a copy of it is read. */
export interface PublishedDataset {
  /** As papers write it. */
  title: string;
  /** Page that publishes it. */
  source: string;
  /** Images as published. */
  images: number;
  /** Images of each split as published; none where the authors made no splits. */
  splits?: Readonly<Record<string, number>>;
  /** Groups as published, such as reference images; left out where every image stands for itself. */
  groups?: number;
  /** Scales that releases give their scores on, as the rows have them: least and greatest, higher is better; none where they have no bounds. */
  scales: readonly (readonly [min: number, max: number])[];
  /** How its files are called with the folder they lie in, by which a list is recognised as its own. */
  names?: RegExp;
  /** Whether higher or lower scores are better, as far as images of known order show it. */
  shown?: (images: readonly ScoredName[]) => Direction | undefined;
  /** What rows say of their scores, where they are not those of the file. */
  direction?: string;
  /** Where releases keep the images, relative to the root; the first that is there counts, else the root. */
  imageFolders: readonly string[];
  /**
   * The images that the copy lists, of the split that is asked for.
   *
   * @throws ConfigError a list is missing, or is not what it should be
   */
  read(copy: DatasetCopy): PublishedImage[] | Promise<PublishedImage[]>;
}

export const publishedConfigSchema = ({ splits = {} }: Pick<PublishedDataset, 'splits'>) =>
  z.strictObject({
    root: z.string().min(1).describe('Folder of your copy, relative to the working directory.'),
    images: z
      .string()
      .min(1)
      .optional()
      .describe('Folder of the images, relative to `root`. Default: where releases keep them.'),
    split: z
      .enum(['all', ...Object.keys(splits)])
      .default('all')
      .describe("One of the authors' splits, or all of them."),
    dataset: z
      .string()
      .min(1)
      .optional()
      .describe('Name of the data set. Default: its own, and the split.'),
    ...subsetFields,
    allowOutsideRoot: allowOutsideRootField,
  });

export type PublishedConfig = z.output<ReturnType<typeof publishedConfigSchema>>;
