/** An image that cannot be used; the message names the file and says what to do. */
export class ImageError extends Error {
  override readonly name = 'ImageError';

  constructor(imageName: string, message: string, options?: ErrorOptions) {
    super(`image "${imageName}": ${message}`, options);
  }
}
