import { imageName } from './image-name.ts';

/** What to do about a file that is damaged or lacks a part. */
export const COPY_AGAIN = 'copy or download it again';

const BEGINNING = 'image "';

/** An image that cannot be used; the message names the file and says what to do. */
export class ImageError extends Error {
  override readonly name = 'ImageError';

  /** @param source path, address or data URI, or what it is called */
  constructor(source: string, message: string, options?: ErrorOptions) {
    super(`${BEGINNING}${imageName(source)}": ${message}`, options);
  }

  /** What a worker thread has thrown: on the way between threads an error keeps its message and loses its class. */
  static fromThread(error: unknown): unknown {
    if (!(error instanceof Error) || !error.message.startsWith(BEGINNING)) return error;
    const same = new ImageError('', '', { cause: error });
    same.message = error.message;
    return same;
  }
}
