import anyAscii from 'any-ascii';

const PLAIN = /^[\x20-\x7e]*$/;
/** What has no shape of its own: joiners, marks of direction, variants and skin tones. */
const SHAPELESS = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Emoji_Modifier}]/u;

/**
 * A text of which every character can be drawn. What the font lacks (Chinese, Arabic, emoji) is written in Latin
 * letters, by sound or name: `中文 😀` as `ZhongWen :grinning:`. What has no such form is written by its code
 * point: `U+E000`. The result runs from left to right.
 *
 * @param hasGlyph whether the font has a character
 */
export function drawableText(text: string, hasGlyph: (character: string) => boolean): string {
  if (PLAIN.test(text)) return text;
  const drawable = Array.from(text.normalize('NFC'), (character) => {
    if (/\s/u.test(character)) return ' ';
    if (SHAPELESS.test(character)) return '';
    // Of private use: what the font has there is nothing of the text's.
    if (/\p{Co}/u.test(character)) return codePoint(character);
    if (hasGlyph(character)) return character;
    const latin = anyAscii(character);
    return latin !== '' || /\p{M}/u.test(character) ? latin : codePoint(character);
  });
  return drawable.join('');
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
