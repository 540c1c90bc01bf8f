import type { Config, TopLevelSpec } from 'vega-lite';
import type { PlotTheme } from './theme.ts';

/** Font sizes in pixels; legible at the size that plots are shown at. */
const LABEL_SIZE = 12;

/** A Vega-Lite plot as an SVG element, rendered without a canvas. */
export async function renderSvg(spec: TopLevelSpec, theme: PlotTheme): Promise<string> {
  // Loaded with the first plot: most commands and runs that go wrong early never draw one.
  const [{ compile }, { parse, View }] = await Promise.all([import('vega-lite'), import('vega')]);
  const compiled = compile({ background: 'transparent', ...spec }, { config: configOf(theme) });
  const view = new View(parse(compiled.spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

const configOf = ({ text, grid, mark, line, font }: PlotTheme): Config => ({
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
