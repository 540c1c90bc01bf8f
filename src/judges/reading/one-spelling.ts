/** A text in the one spelling in which replies and choices are compared: what a script writes in several ways is written in one. */

/** The digit 0 of scripts that have digits of their own; the other nine follow it in Unicode. */
const ZEROS = ['٠', '۰', '०', '০', '๐'].map((zero) => zero.codePointAt(0)!);

const OTHER_DIGIT = /[٠-٩۰-۹०-९০-৯๐-๙]/g;
const WIDE = /[！-～]/g;
const WIDE_FROM = 0xfee0;

/** Letters and digits of full width as those of ASCII, and the digits of other scripts as 0 to 9. */
export const oneWidth = (text: string): string =>
  text
    .normalize('NFC')
    .replace(WIDE, (wide) => String.fromCodePoint(wide.codePointAt(0)! - WIDE_FROM))
    .replace(OTHER_DIGIT, (digit) => {
      const code = digit.codePointAt(0)!;
      return String(ZEROS.map((zero) => code - zero).find((value) => value >= 0 && value <= 9));
    });

/**
 * Lower case, in one width, without characters that are not seen (marks of direction), and with one space where
 * a choice of several words has spaces, hyphens or underscores: `very_good`, `Very-good`.
 */
export const oneSpelling = (text: string): string =>
  oneWidth(text)
    .toLowerCase()
    // Turkish has an i with and one without a dot in either case, which capitals are read as the other's.
    .replace(/i\u0307|ı/g, 'i')
    // Within a Greek word that goes on, and in capitals, it is the other sigma.
    .replaceAll('ς', 'σ')
    // Which has no capital that everybody writes.
    .replaceAll('ß', 'ss')
    .replaceAll('’', "'")
    .replace(/\p{Cf}+/gu, '')
    .replace(/(?<=[\p{L}\p{N}\p{M}])[\s_\p{Pd}]+(?=[\p{L}\p{N}\p{M}]|$)/gu, ' ');
