import { randomUUID } from 'node:crypto';
import type { JudgeImage } from '../images/judge-image.ts';

/**
 * Uploads an image once, however many requests show it.
 *
 * @param upload brings the vendor's id of the file
 * @param lostId an id that the vendor no longer knows: then it is uploaded again
 */
export type UploadOnce = (
  image: JudgeImage,
  upload: () => Promise<string>,
  lostId?: string,
) => Promise<string>;

/** Where ids of uploaded files are kept. */
export interface UploadRecords {
  /** Tells an image at its vendor apart from all others of this process. */
  nameOf(image: JudgeImage): string;
  find(image: JudgeImage): string | undefined;
  keep(image: JudgeImage, fileId: string): void;
}

/** Of all judges: those of one vendor show the same images. */
const underWay = new Map<string, Promise<string>>();

/** Questions that need the same upload at the same time share it. */
export function createUploadOnce(records: UploadRecords): UploadOnce {
  return (image, upload, lostId) => {
    const name = records.nameOf(image);
    const running = underWay.get(name);
    if (running) return running;
    const known = records.find(image);
    if (known !== undefined && known !== lostId) return Promise.resolve(known);
    const made = upload()
      .then((fileId) => {
        records.keep(image, fileId);
        return fileId;
      })
      .finally(() => underWay.delete(name));
    underWay.set(name, made);
    return made;
  };
}

/** Kept as long as the process lives. */
export function uploadsInMemory(): UploadRecords {
  const place = randomUUID();
  const ids = new Map<string, string>();
  const nameOf = ({ sha256, encoding }: JudgeImage) => `${place} ${sha256} ${encoding}`;
  return {
    nameOf,
    find: (image) => ids.get(nameOf(image)),
    keep: (image, fileId) => ids.set(nameOf(image), fileId),
  };
}
