import { describe, expect, it } from 'vitest';
import { renderImage } from '../../src/rows/render-image.ts';

describe('an image that was written by hand', () => {
  it('may mention the other vars of its row', () => {
    const vars = { folder: 'a', name: 'B', of: { deep: 'c' }, data: '{{ 1+1 }}' };
    expect(renderImage('{{folder}}/{{ name | lower }}.jpg', vars)).toBe('a/b.jpg');
    expect(renderImage('{{ of.deep }}{{ of["deep"] }}', vars)).toBe('cc');
    expect(renderImage('pic{{ 1+1 }}.jpg', vars)).toBe('pic2.jpg');
    expect(renderImage('{% raw %}pic{{1+1}}.jpg{% endraw %}', vars)).toBe('pic{{1+1}}.jpg');
    expect(renderImage('plain {x}.jpg', vars)).toBe('plain {x}.jpg');
    // What a var says is no template.
    expect(renderImage('{{data}}', vars)).toBe('{{ 1+1 }}');
  });

  it.each([
    '{{ range.constructor("return process.version")() }}',
    '{{ name.constructor }}',
    '{{ name["constructor"] }}',
    '{{ name["const" ~ "ructor"] }}',
    '{{ constructor }}',
    '{{ name.__proto__ }}',
    '{{ cycler("a") }}',
    '{% for x in [1] %}{{ x }}{% endfor %}',
    '{% include "/etc/passwd" %}',
    '{% set a = 1 %}',
    '{% macro f() %}{% endmacro %}',
    '{{ env.HOME }}',
    '{{ env["HOME"] }}',
    '{{ missing }}',
    '{{ name',
    '{% bad',
  ])('calls nothing, reads no environment and leaves no hole: %s', (image) => {
    expect(() => renderImage(image, { name: 'x' })).toThrow(
      /^vars\.image ".*": this template cannot be filled in \(.+\); it may mention the row's other vars$/,
    );
  });
});
