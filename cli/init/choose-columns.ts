import { ConfigError } from '../../src/common/config-error.ts';
import { oneLine } from '../../src/common/one-line.ts';

export type Role = 'image' | 'mos';

/** Names that lists of images have for these columns, in lower case, without spaces and underscores. */
const USUAL: Record<Role, readonly string[]> = {
  image: [
    ...['image', 'images', 'imagename', 'imagepath', 'imagefile', 'img', 'imgname', 'imgpath'],
    ...['file', 'filename', 'filepath', 'path', 'name', 'photo', 'picture', 'distimg'],
  ],
  mos: ['mos', 'meanopinionscore', 'dmos', 'score', 'meanscore', 'rating', 'meanrating', 'quality'],
};

const ABOUT: Record<Role, { holds: string; option: string }> = {
  image: { holds: 'the path of the image', option: '--image-column' },
  mos: { holds: "people's score", option: '--mos-column' },
};

/** Columns that an error lists. */
const COLUMNS_LISTED = 30;

/** Asks a question of the person at the terminal; undefined where there is nobody to ask. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/**
 * The column of a list that holds the images or the scores: the one of that very name, the only one with a usual
 * name, or the one that the user says.
 *
 * @param names of the columns, in their order
 * @throws ConfigError it is not clear which, and nobody can be asked
 */
export async function chooseColumn(
  role: Role,
  names: readonly string[],
  file: string,
  ask: Ask,
): Promise<string> {
  if (names.includes(role)) return role;
  const usual = names.filter((name) => USUAL[role].includes(plain(name)));
  if (usual.length === 1 && usual[0] !== undefined) return usual[0];
  const { holds, option } = ABOUT[role];
  if (!ask) {
    throw new ConfigError(
      `${file}: it is not clear which column holds ${holds}; name it with ${option}. Its columns: ${listed(names)}`,
    );
  }
  const list = names.map((name, index) => `  ${index + 1}  ${oneLine(name)}\n`).join('');
  for (;;) {
    const answer = (await ask(`${file} has the columns\n${list}Which one holds ${holds}? `)).trim();
    const chosen = names.includes(answer) ? answer : names[Number(answer) - 1];
    if (chosen !== undefined) return chosen;
  }
}

const listed = (names: readonly string[]): string => {
  const some = names.slice(0, COLUMNS_LISTED).map((name) => `"${name}"`);
  return `${some.join(', ')}${names.length > some.length ? `, … (${names.length})` : ''}`;
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');
