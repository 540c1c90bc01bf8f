/** Formats that are decoded (`src/images/decode.ts`), by the endings of their files. */
export const IMAGE_ENDING = /\.(jpe?g|jpe|jfif|png|webp|tiff?|gif|avif|bmp)$/i;

/** Their names, for messages. */
export const IMAGE_FORMATS = 'JPEG, PNG, WebP, TIFF, GIF, AVIF, BMP';

/** Whether a text names an image file, by its ending. */
export const isImageName = (text: string): boolean => IMAGE_ENDING.test(text);
