import nunjucks from 'nunjucks';
import { describe, expect, it } from 'vitest';
import {
  filledIn,
  literalVars,
  shielded,
  shieldedVars,
  unshielded,
} from '../../src/harness/literal-text.ts';

const MARK = '\u{e0001}';

const texts = [
  '',
  'a.jpg',
  'ein Bild mit {Klammern} und } }} %} #}',
  'pic{{1+1}}.jpg',
  '{{{{{{',
  '{{%{#{{{%',
  '{% raw %}x{% endraw %}',
  'a{# b #}c',
  'file://x.js',
  'file:///etc/passwd',
  'package:promptfoo:evaluate',
  'not file://x.js',
  'two\n',
  '\n\n',
  `${MARK}`,
  `${MARK}${MARK}{{`,
  `{${MARK}{ x }}`,
  `file${MARK}://x`,
  'x{{ range.constructor("return process.version")() }}',
  '图片{{名}}.jpg 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
];

describe('text of a list', () => {
  it('is the same again, alone and inside another text', () => {
    for (const text of texts) {
      expect(unshielded(shielded(text))).toBe(text);
      expect(unshielded(`Rate ${shielded(text)}, {${shielded(text)}`)).toBe(
        `Rate ${text}, {${text}`,
      );
    }
    expect(unshielded(texts.map(shielded).join('|'))).toBe(texts.join('|'));
  });

  it('is changed by nothing that promptfoo does to vars', () => {
    for (const text of texts) {
      const handed = shielded(text);
      expect(handed).not.toMatch(/^(file:\/\/|package:)|\{[{%#]|#\}|\n$/);
      expect(new nunjucks.Environment(null, { autoescape: false }).renderString(handed, {})).toBe(
        handed,
      );
    }
  });

  it('is handed out as it is where nobody would take it for a template', () => {
    for (const text of ['a.jpg', '{x} }}', 'not file://x.js', 'a\nb', 'https://x.org/a.jpg']) {
      expect(shielded(text)).toBe(text);
    }
  });
});

describe('vars', () => {
  it('of a loader are its own again, and others are left alone', () => {
    const vars = { image: 'pic{{1+1}}.jpg', mos: 3, group: 'file://x.js' };
    const handed = shieldedVars(vars);
    expect(literalVars({ vars: handed, metadata: { iqaSource: {} } })).toEqual(vars);
    expect(literalVars({ vars: handed, metadata: {} })).toEqual(handed);
    expect(literalVars({ vars })).toEqual(vars);
  });
});

describe('vars that mention others', () => {
  it('are filled in, but for those that a loader found', () => {
    const vars = {
      caption: 'of {{ group }}',
      title: '{{caption}}!',
      group: '{{image}}',
      image: 'a',
      n: 3,
    };
    expect(filledIn(vars, true)).toEqual({
      ...vars,
      caption: 'of {{image}}',
      title: 'of {{image}}!',
    });
    expect(filledIn(vars)).toEqual({ ...vars, group: 'a', caption: 'of a', title: 'of a!' });
    expect(filledIn({ a: '{{b}}', b: '{{a}}', c: '{{none}} {{n}}', n: 0 })).toMatchObject({
      c: '{{none}} 0',
    });
  });
});
