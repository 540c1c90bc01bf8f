/** Rows, images or differences that a message names one by one. */
export const NAMED = 3;

/** The first few of a list, and how many more. */
export function nameSome(names: readonly string[], separator = ', '): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(separator)}${more}`;
}
