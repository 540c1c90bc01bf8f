import sharp from 'sharp';

/**
 * Names of what can be known about an image file without decoding it again: keys that hold the file
 * and everything that decides the pixels made of it.
 */

/** Raise it when decoding, resizing or a degradation gives other pixels than before. */
const PIXELS_VERSION = 3;

const MADE_BY = [PIXELS_VERSION, sharp.versions.sharp, sharp.versions.vips];

interface Size {
  width: number;
  height: number;
}

/** One degraded copy. */
export interface DegradationRecipe {
  degradation: string;
  severity: number;
  seed: number;
}

export const decodedRecipe = (fileSha256: string) => ['decoded', MADE_BY, fileSha256];

export const resizedRecipe = (fileSha256: string, { width, height }: Size) => [
  'resized',
  MADE_BY,
  fileSha256,
  width,
  height,
];

export const degradedRecipe = (
  fileSha256: string,
  { degradation, severity, seed }: DegradationRecipe,
  { width, height }: Size,
) => ['degraded', MADE_BY, fileSha256, degradation, severity, seed, width, height];

interface Place extends Size {
  left: number;
  top: number;
}

const placeOf = ({ left, top, width, height }: Place) => [left, top, width, height];

/** A piece of the image at its own resolution. */
export const croppedRecipe = (fileSha256: string, place: Place) => [
  'cropped',
  MADE_BY,
  fileSha256,
  ...placeOf(place),
];

/** A piece of a degraded copy at its own resolution. */
export const degradedCropRecipe = (
  fileSha256: string,
  { degradation, severity, seed }: DegradationRecipe,
  place: Place,
) => ['degraded crop', MADE_BY, fileSha256, degradation, severity, seed, ...placeOf(place)];

/** What the image looks like from far away. */
export const lookRecipe = (fileSha256: string) => ['look', MADE_BY, fileSha256];

export const thumbnailRecipe = (fileSha256: string, drawnBy: string) => [
  'thumbnail',
  MADE_BY,
  drawnBy,
  fileSha256,
];

/** @param drawn everything on the sheet but the pictures, which follow from it and the file */
export const sheetRecipe = (fileSha256: string, drawn: unknown, drawnBy: string) => [
  'sheet',
  MADE_BY,
  drawnBy,
  fileSha256,
  drawn,
];
