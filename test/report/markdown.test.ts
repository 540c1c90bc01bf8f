import { expect, it } from 'vitest';
import { renderMarkdown } from '../../src/report/page/markdown.ts';

const shown = (text: string): string =>
  renderMarkdown('r', '', [{ id: 'a', title: 'a', blocks: [{ kind: 'list', items: [text] }] }])
    .split('\n- ')
    .at(-1) ?? '';

it.each([
  ['a link', '[a](https://x.test)', '[a\\](https://x.test)\n'],
  ['a link by reference', '![a][b]', '![a\\][b]\n'],
  ['the definition of one', '[b]: https://x.test', '[b\\]: https://x.test\n'],
  ['a character by its number', '&#64;octocat &lt;', '\\&\\#64;octocat \\&lt;\n'],
  ['a line of its own', 'a\r- b\r\n# c', 'a - b \\# c\n'],
  ['HTML', '<img src=x>', '\\<img src=x\\>\n'],
])('outside text makes no %s', (_, text, expected) => {
  expect(shown(text)).toBe(expected);
});

it('leaves intervals as they are', () => {
  expect(shown('SRCC 0.75 [0.69, 0.80] on 88 images')).toBe(
    'SRCC 0.75 [0.69, 0.80] on 88 images\n',
  );
});
