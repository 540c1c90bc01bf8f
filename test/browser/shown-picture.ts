import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

/** Sizes in CSS pixels. */
export interface ShownPicture {
  width: number;
  height: number;
  naturalWidth: number;
  naturalHeight: number;
}

const LOADED_MS = 30_000;
const STEP_MS = 2000;

/**
 * The one picture in a part of the page, once it is loaded. The viewer draws its table anew while it
 * loads, and a picture that it has taken away loads no more: so it is looked up each time.
 */
export async function pictureIn(part: Locator): Promise<ShownPicture> {
  const look = async (): Promise<ShownPicture | undefined> => {
    const picture = part.locator('img');
    if ((await picture.count()) !== 1) return undefined;
    await picture.scrollIntoViewIfNeeded({ timeout: STEP_MS });
    return picture.evaluate(
      ({ width, height, naturalWidth, naturalHeight }: HTMLImageElement) => ({
        width,
        height,
        naturalWidth,
        naturalHeight,
      }),
      undefined,
      { timeout: STEP_MS },
    );
  };
  let shown: ShownPicture | undefined;
  await expect
    .poll(
      async () => {
        shown = await look().catch(() => undefined);
        return shown?.naturalWidth ?? 0;
      },
      { timeout: LOADED_MS },
    )
    .toBeGreaterThan(0);
  return shown as ShownPicture;
}
