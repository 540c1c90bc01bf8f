import { ConfigError } from '../common/config-error.ts';
import { imageName } from '../images/image-name.ts';
import type { ImageHint } from './image-hint.ts';
import { counted } from './number-text.ts';
import { say } from './say.ts';

/** Missing images that a line names. */
const MISSING_NAMED = 3;

/**
 * Says on one line how many images are missing where, the first few named:
 * `KonIQ-10k: 4 of 200 images are not in …; their rows will be errors`.
 *
 * @param images how many a list names, and those of them that are not there, as it names them
 * @param key names the folder of the images
 * @throws ConfigError none is there
 */
export function sayMissing(
  name: string,
  images: {
    total: number;
    missing: readonly string[];
    folder: string;
    hint?: ImageHint | undefined;
  },
  key: 'root' | 'images',
): void {
  const { total, missing, folder, hint } = images;
  if (missing.length === 0) return;
  const shown = `${missing.slice(0, MISSING_NAMED).map(imageName).join(', ')}${missing.length > MISSING_NAMED ? ', …' : ''}`;
  if (missing.length === total) {
    throw new ConfigError(
      `${name}: none of the ${counted(total)} images is in ${folder} (looked for ${shown}); ${remedyOf(key, hint)}`,
    );
  }
  say(
    `${name}: ${counted(missing.length)} of ${counted(total)} images ${missing.length === 1 ? 'is' : 'are'} not in ${folder} (${shown}); their rows will be errors${hint ? `; ${hint.text}` : ''}`,
  );
}

function remedyOf(key: 'root' | 'images', hint: ImageHint | undefined): string {
  if (hint === undefined) return FOLDERS[key];
  return hint.root === undefined ? hint.text : `${hint.text}, so set ${key} to ${hint.root}`;
}

const FOLDERS = {
  root: 'set root to their folder',
  images: 'set images to their folder, relative to root',
};
