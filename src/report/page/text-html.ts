const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as the value of an attribute. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ESCAPED[character]!);

const RIGHT_TO_LEFT =
  '[\\p{sc=Arab}\\p{sc=Hebr}\\p{sc=Syrc}\\p{sc=Thaa}\\p{sc=Nkoo}\\p{sc=Samr}\\p{sc=Mand}\\p{sc=Adlm}\\p{sc=Rohg}]';
const RUN = new RegExp(`${RIGHT_TO_LEFT}+(?:[\\s\\p{M}\\p{Cf}]+${RIGHT_TO_LEFT}+)*`, 'gu');
const DIRECTION_MARK = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text as the content of an element. Words that run from right to left, as in a file's name, stand in a `bdi`,
 * so that they do not turn the numbers and words beside them around; characters that would do that by
 * themselves are written as their numbers: `\u202e`.
 */
export const textHtml = (text: string): string =>
  escapeHtml(text)
    .replace(DIRECTION_MARK, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(RUN, '<bdi>$&</bdi>');
