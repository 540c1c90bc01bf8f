import { z } from 'zod';

/**
 * What a row was read from, and how; `limit`, `groups` and `seed` are no part of it. Within one run
 * all rows of a data set have to have the same. Other machines keep their files in other places, so
 * between runs only `read` and `contents` are held against each other.
 */
export const datasetSourceSchema = z.object({
  /** The list, or the folder of images, as rows name files. */
  file: z.string(),
  /** Folder of the images, where the configuration names one. */
  images: z.string().optional(),
  /** Columns and split, by the configuration's keys. */
  read: z.record(z.string(), z.string()),
  /** Digest of the names and scores of all images listed; none where nobody scored them. */
  contents: z.string().optional(),
});

export type DatasetSource = z.output<typeof datasetSourceSchema>;
