import type { JudgeImage } from '../images/judge-image.ts';
import { createUploadOnce, type UploadOnce, uploadsInMemory } from './upload-once.ts';

/** Makes a request that names images by what `idOf` says. */
export type AskNaming<Reply> = (idOf: (image: JudgeImage) => Promise<string>) => Promise<Reply>;

/**
 * Requests that name uploaded images. An upload may be gone, because somebody has deleted it or another account's
 * key is used: then the images of the request are uploaded again, once.
 *
 * @param vendor.isLost whether an error says that the vendor does not know a file
 * @returns asks; left out, `uploadOnce` keeps what is uploaded as long as the judge lives
 */
export function createNamingUploads(vendor: {
  upload: (image: JudgeImage) => Promise<string>;
  isLost: (error: unknown) => boolean;
}): <Reply>(ask: AskNaming<Reply>, uploadOnce?: UploadOnce) => Promise<Reply> {
  const uploadHere = createUploadOnce(uploadsInMemory());
  return async (ask, uploadOnce = uploadHere) => {
    const named = new Map<JudgeImage, string>();
    try {
      return await ask(async (image) => {
        const id = await uploadOnce(image, () => vendor.upload(image));
        named.set(image, id);
        return id;
      });
    } catch (error) {
      if (named.size === 0 || !vendor.isLost(error)) throw error;
      return ask((image) => uploadOnce(image, () => vendor.upload(image), named.get(image)));
    }
  };
}
