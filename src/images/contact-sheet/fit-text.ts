import { drawable, textWidth } from '../fonts/label-font.ts';

const ELLIPSIS = '…';

/** The text, shortened at its end until it is at most `width` wide at font size `size`. */
export function ellipsize(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  // What is drawn of the text: a character can become several letters.
  const characters = [...drawable(text)];
  while (characters.length > 0) {
    characters.pop();
    const shortened = characters.join('').trimEnd() + ELLIPSIS;
    if (textWidth(shortened, size) <= width) return shortened;
  }
  return '';
}

/**
 * Breaks a text between words into at most `maxLines` lines, each at most `width` wide; what is too
 * long ends in an ellipsis.
 */
export function wrapText(text: string, width: number, size: number, maxLines: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const kept = lines.slice(0, maxLines);
  const cut = lines.slice(maxLines - 1).join(' ');
  if (lines.length > maxLines && maxLines > 0) kept[maxLines - 1] = cut;
  return kept.map((line) => ellipsize(line, width, size));
}
