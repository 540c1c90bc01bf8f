/**
 * Characters that move a terminal's cursor, colour it or turn its text around, line breaks among them; and those that
 * nobody sees, such as U+200B, by which names and numbers differ.
 */
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/**
 * An error's message on one line. Line breaks become spaces; any other control character, which a file
 * name may hold, is written as its number: `\u001b`.
 */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(CONTROL, (character) =>
      character === '\t' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
