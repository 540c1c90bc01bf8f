import { textPath, textWidth } from '../../images/fonts/label-font.ts';

const TEXT = /<text\b([^>]*)>([^<]*)<\/text>/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/**
 * Replaces the text of an SVG by outlines in the shipped font, so that it looks the same on a machine
 * without fonts.
 *
 * @param svg as Vega writes it: `<text>` elements of one line, placed by `transform`
 * @throws Error where text is left that this does not understand
 */
export function outlineText(svg: string): string {
  const outlined = svg.replaceAll(TEXT, (_, attributes: string, content: string) => {
    const attribute = (name: string) =>
      new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? undefined;
    const text = content.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (name) => ENTITIES[name] ?? name);
    const size = Number.parseFloat(attribute('font-size') ?? '');
    if (!Number.isFinite(size)) throw new Error(`text without a font size in the plot: ${text}`);
    const width = textWidth(text, size);
    const start = { start: 0, middle: -width / 2, end: -width }[
      attribute('text-anchor') ?? 'start'
    ];
    const kept = ['transform', 'fill', 'opacity']
      .map((name) => (attribute(name) === undefined ? '' : ` ${name}="${attribute(name)}"`))
      .join('');
    return `<path${kept} d="${textPath(text, start ?? 0, 0, size)}"/>`;
  });
  if (outlined.includes('<text')) throw new Error('text of several lines in the plot');
  return outlined;
}
