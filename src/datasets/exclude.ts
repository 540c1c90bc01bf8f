import picomatch from 'picomatch';
import { z } from 'zod';
import { ConfigError } from '../common/config-error.ts';
import { counted } from './number-text.ts';
import { say } from './say.ts';

const pattern = z.string().min(1);

/** The configuration's key of that name. */
export const excludeField = z
  .union([pattern, z.array(pattern).min(1)])
  .optional()
  .describe(
    'Images to leave out, by patterns of their paths as the list names them: `t?.bmp`, `thumbs/**`. A pattern without `/` is one of the name alone. The case of letters does not count.',
  );

/**
 * What is left of images after `exclude`. A line says how many are left out, and which pattern matches
 * none.
 *
 * @param pathOf the path as the list names it; undefined where nobody knows it, which stays in
 * @param file what lines and errors name
 * @throws ConfigError nothing is left
 */
export function withoutExcluded<Item>(
  items: readonly Item[],
  exclude: string | readonly string[] | undefined,
  pathOf: (item: Item) => string | undefined,
  file: string,
): Item[] {
  const patterns = exclude === undefined ? [] : [exclude].flat();
  const matchers = patterns.map((text) => ({ text, isMatch: matcher(text), matches: 0 }));
  const left = items.filter((item) => {
    const path = pathOf(item)
      ?.replaceAll('\\', '/')
      .replace(/^(\.\/)+/, '');
    if (path === undefined) return true;
    const matching = matchers.filter(({ isMatch }) => isMatch(path));
    for (const each of matching) each.matches++;
    return matching.length === 0;
  });
  for (const { text, matches } of matchers) {
    if (matches === 0) say(`${file}: exclude: "${text}" matches no image`);
  }
  if (left.length === items.length) return left;
  if (left.length === 0) {
    throw new ConfigError(`${file}: exclude leaves out all of the ${counted(items.length)} images`);
  }
  say(
    `${file}: exclude leaves out ${counted(items.length - left.length)} of ${counted(items.length)} images`,
  );
  return left;
}

const matcher = (text: string) =>
  picomatch(text, { basename: !text.includes('/'), dot: true, nocase: true });
