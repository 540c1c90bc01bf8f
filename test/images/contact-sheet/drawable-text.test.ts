import { describe, expect, it } from 'vitest';
import { ellipsize } from '../../../src/images/contact-sheet/fit-text.ts';
import { drawable, textPath, textWidth } from '../../../src/images/fonts/label-font.ts';

describe('a label', () => {
  it.each([
    ['photo 1.jpg', 'photo 1.jpg'],
    ['Übergröße Ελλάδα Жёлтый ệ → ≤ 3', 'Übergröße Ελλάδα Жёлтый ệ → ≤ 3'],
    ['中文图片.jpg', 'ZhongWenTuPian.jpg'],
    ['写真 ひらがな', 'XieZhen hiragana'],
    ['한국어', 'HanGugEo'],
    ['صورة.png', 'swrh.png'],
    ['שלום', 'slvm'],
    ['नमस्ते', 'nmste'],
    ['cat😀.jpg', 'cat:grinning:.jpg'],
    ['👍🏽', ':thumbsup:'],
    ['👨‍👩‍👧', ':man::woman::girl:'],
    ['e\u0301', 'é'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['a\tb\nc', 'a b c'],
    ['\ue000', 'U+E000'],
    ['\ud800', 'U+D800'],
  ])('%j is drawn as %j', (text, expected) => {
    expect(drawable(text)).toBe(expected);
    expect(textPath(text, 3, 4, 13)).toBe(textPath(expected, 3, 4, 13));
    expect(textWidth(text, 13)).toBe(textWidth(expected, 13));
    expect(drawable(expected)).toBe(expected);
  });

  it('that is shortened is shortened as it is drawn', () => {
    const shortened = ellipsize('写真写真写真写真写真写真.jpg', 100, 13);
    expect(shortened).toMatch(/^XieZhen\w*…$/);
    expect(textWidth(shortened, 13)).toBeLessThanOrEqual(100);
    expect(textWidth(shortened, 13)).toBeGreaterThan(80);
  });
});
