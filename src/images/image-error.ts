import { imageName } from './image-name.ts';

/** What to do about a file that is damaged or lacks a part. */
export const COPY_AGAIN = 'copy or download it again';

/** An image that cannot be used; the message names the file and says what to do. */
export class ImageError extends Error {
  override readonly name = 'ImageError';

  /** @param source path, address or data URI, or what it is called */
  constructor(source: string, message: string, options?: ErrorOptions) {
    super(`image "${imageName(source)}": ${message}`, options);
  }
}
