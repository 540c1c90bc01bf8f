/** A key that one object of a JSON text has more than once, with values that are written differently. */
export interface ContradictedKey {
  key: string;
  /** As they are written. */
  values: [string, string];
}

/** Texts, which may contain anything, and what divides a JSON text. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

interface Level {
  /** Values by the keys of an object; undefined in an array. */
  values: Map<string, string> | undefined;
  /** Whose value is being read, and where it begins. */
  key?: string | undefined;
  start: number;
}

/**
 * Finds what JSON parsers drop without a word: of a key that an object has more than once they keep the last value.
 *
 * @param text JSON; also with NaN and Infinity
 */
export function contradictedKey(text: string): ContradictedKey | undefined {
  const levels: Level[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ values: new Map(), start: index });
    else if (token === '[') levels.push({ values: undefined, start: index });
    else if (level?.values && level.key === undefined && token.startsWith('"')) level.key = token;
    else if (level && token === ':') level.start = index + 1;
    else if (token === ',' || token === '}') {
      const found = level && contradiction(level, text, index);
      if (found) return found;
    }
    if (token === '}' || token === ']') levels.pop();
  }
  return undefined;
}

/** At the end of a value of `level`. */
function contradiction(level: Level, text: string, end: number): ContradictedKey | undefined {
  const { key, values, start } = level;
  if (key === undefined || values === undefined) return undefined;
  level.key = undefined;
  const name = key.includes('\\') ? String(JSON.parse(key)) : key.slice(1, -1);
  const value = text.slice(start, end).trim();
  const before = values.get(name);
  values.set(name, value);
  return before === undefined || before === value
    ? undefined
    : { key: name, values: [before, value] };
}
