/** The answer store cannot be used; nothing is asked, because what it costs could not be kept. */
export class StoreError extends Error {
  override readonly name = 'StoreError';

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(`answer store ${path}: ${message}`, options);
  }
}
