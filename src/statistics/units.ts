/** What is resampled together. */
export interface ResamplingUnits {
  /** Name of each image's unit. */
  names: string[];
  kind: 'images' | 'groups';
  /** Why it is not known what to resample, in one line: then no correlation is to be taken. */
  problem?: string;
}

interface Grouped {
  image: string;
  sha256: string;
  group?: string | undefined;
}

/** Images that a problem names. */
const NAMED = 3;

/**
 * The independent units of images: their groups; where none has one, the files, so that one that
 * stands twice in a data set is no two observations. Groups that share a file are one unit.
 */
export function unitsOfImages(images: readonly Grouped[]): ResamplingUnits {
  const alone = images.filter(({ group }) => group === undefined);
  const files = { names: images.map(({ sha256 }) => sha256), kind: 'images' as const };
  if (alone.length === images.length) return files;
  if (alone.length > 0) return { ...files, problem: describeMixed(alone, images.length) };
  return { names: joinedGroups(images), kind: 'groups' };
}

/** Each image's group, by one name for all groups that hold the same file. */
function joinedGroups(images: readonly Grouped[]): string[] {
  const joinedTo = new Map<string, string>();
  const nameOf = (group: string): string => {
    let name = group;
    for (let next = joinedTo.get(name); next !== undefined; next = joinedTo.get(name)) name = next;
    return name;
  };
  const groupOfFile = new Map<string, string>();
  for (const { sha256, group } of images) {
    const own = nameOf(String(group));
    const other = nameOf(groupOfFile.get(sha256) ?? own);
    if (own !== other) joinedTo.set(own, other);
    groupOfFile.set(sha256, other);
  }
  return images.map(({ group }) => nameOf(String(group)));
}

function describeMixed(alone: readonly Grouped[], all: number): string {
  const names = alone.slice(0, NAMED).map(({ image }) => image);
  return `${alone.length} of ${all} images ${alone.length === 1 ? 'has' : 'have'} no group (${names.join(', ')}${alone.length > NAMED ? ', …' : ''}) and the others have one, so it is not known what belongs together; give every image its group, one of its own where it stands alone, or give none to all`;
}
