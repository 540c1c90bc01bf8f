import { describe, expect, it } from 'vitest';
import { textHtml } from '../../src/report/page/text-html.ts';

describe('textHtml', () => {
  it('escapes what is markup', () => {
    expect(textHtml(`a<b>&"q"'`)).toBe('a&lt;b&gt;&amp;&quot;q&quot;&#39;');
  });

  it.each([
    ['قط 😀 · 2026-11-26', '<bdi>قط</bdi> 😀 · 2026-11-26'],
    ['צילום יפה.jpg: score 0.4', '<bdi>צילום יפה</bdi>.jpg: score 0.4'],
    ['قط-كلب', '<bdi>قط</bdi>-<bdi>كلب</bdi>'],
    ['中文 Ünï', '中文 Ünï'],
  ])('sets words that run from right to left apart: %s', (text, html) => {
    expect(textHtml(text)).toBe(html);
  });

  it('shows characters that turn the text after them around', () => {
    expect(textHtml('rtl\u202egpj.jpg is overrated')).toBe('rtl\\u202egpj.jpg is overrated');
  });
});
