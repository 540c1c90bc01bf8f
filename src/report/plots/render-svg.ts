import { createHash } from 'node:crypto';
import type { Config, TopLevelSpec } from 'vega-lite';
import type { PlotTheme } from './theme.ts';

/** Font sizes in pixels; legible at the size that plots are shown at. */
const LABEL_SIZE = 12;

/** Hexadecimal digits that tell plots apart. */
const ID_DIGITS = 12;

/** Draws a Vega-Lite plot as an SVG element. */
export type RenderPlot = (spec: TopLevelSpec, theme: PlotTheme) => Promise<string>;

/**
 * A Vega-Lite plot as an SVG element, rendered without a canvas. The same plot gives the same text in every
 * process, and different plots have no ids in common: they may stand in one page.
 */
export async function renderSvg(spec: TopLevelSpec, theme: PlotTheme): Promise<string> {
  // Loaded with the first plot: most commands and runs that go wrong early never draw one.
  const [{ compile }, { parse, View }] = await Promise.all([import('vega-lite'), import('vega')]);
  const compiled = compile({ background: 'transparent', ...spec }, { config: vegaConfig(theme) });
  const view = new View(parse(compiled.spec), { renderer: 'none' });
  try {
    return withIdsOf(JSON.stringify([spec, theme]), await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** Vega numbers what it clips through a whole process; a page may hold plots of several. */
function withIdsOf(plot: string, svg: string): string {
  const prefix = createHash('sha256').update(plot).digest('hex').slice(0, ID_DIGITS);
  const ids = [...new Set(Array.from(svg.matchAll(/ id="([^"]+)"/g), ([, id]) => id))];
  return svg.replace(/( id="|url\(#)([^")]+)/g, (reference, before: string, id: string) => {
    const number = ids.indexOf(id);
    return number < 0 ? reference : `${before}plot-${prefix}-${number}`;
  });
}

export const vegaConfig = ({ text, grid, mark, line, font }: PlotTheme): Config => ({
  font,
  view: { stroke: null },
  aria: false,
  axis: {
    labelColor: text,
    titleColor: text,
    tickColor: grid,
    domainColor: grid,
    gridColor: grid,
    gridOpacity: 0.5,
    labelFontSize: LABEL_SIZE,
    titleFontSize: LABEL_SIZE,
    titleFontWeight: 'normal',
    labelLimit: 260,
  },
  legend: {
    labelColor: text,
    titleColor: text,
    labelFontSize: LABEL_SIZE,
    titleFontSize: LABEL_SIZE,
    titleFontWeight: 'normal',
    labelLimit: 260,
    symbolStrokeColor: text,
    symbolFillColor: mark,
  },
  header: { labelColor: text, titleColor: text, labelFontSize: LABEL_SIZE },
  point: { color: mark, filled: true },
  rect: { color: mark },
  line: { color: line, strokeWidth: 2 },
  rule: { color: text },
  text: { color: text, fontSize: LABEL_SIZE },
});
