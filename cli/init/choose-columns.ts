import { ConfigError } from '../../src/common/config-error.ts';
import { oneLine } from '../../src/common/one-line.ts';

const ROLES = ['image', 'mos'] as const;
type Role = (typeof ROLES)[number];

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
 * The columns of a list that hold the images and the scores: those that are given, else the one of that very name, the
 * only one with a usual name, or the one that the user says.
 *
 * @param given the columns that options name
 * @param names of the columns, in their order
 * @throws ConfigError it is not clear which, and nobody can be asked
 */
export async function chooseColumns(
  given: Readonly<Record<Role, string | undefined>>,
  names: readonly string[],
  file: string,
  ask: Ask,
): Promise<Record<Role, string>> {
  const image = given.image ?? usualColumn('image', names);
  const mos = given.mos ?? usualColumn('mos', names);
  if (image !== undefined && mos !== undefined) return { image, mos };
  if (!ask) {
    const open = ROLES.filter((role) => ({ image, mos })[role] === undefined);
    const each = (key: 'holds' | 'option') => open.map((role) => ABOUT[role][key]).join(' and ');
    const [what, it] =
      open.length > 1 ? ['columns hold', 'them'] : (['column holds', 'it'] as const);
    throw new ConfigError(
      `${file}: it is not clear which ${what} ${each('holds')}; name ${it} with ${each('option')}. Its columns: ${listed(names)}`,
    );
  }
  return {
    image: image ?? (await askedColumn('image', names, file, ask)),
    mos: mos ?? (await askedColumn('mos', names, file, ask)),
  };
}

function usualColumn(role: Role, names: readonly string[]): string | undefined {
  if (names.includes(role)) return role;
  const usual = names.filter((name) => USUAL[role].includes(plain(name)));
  return usual.length === 1 ? usual[0] : undefined;
}

async function askedColumn(
  role: Role,
  names: readonly string[],
  file: string,
  ask: NonNullable<Ask>,
): Promise<string> {
  const { holds } = ABOUT[role];
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
