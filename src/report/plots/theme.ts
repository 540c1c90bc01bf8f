/** Colours of a plot, as written into the SVG. */
export interface PlotTheme {
  text: string;
  grid: string;
  /** Points and bins. */
  mark: string;
  /** Fitted curve and zero line. */
  line: string;
  font: string;
}

/** For SVG inside a page: follows the page's own colours, in light and in dark. */
export const PAGE_THEME: PlotTheme = {
  text: 'currentColor',
  grid: 'var(--rule)',
  mark: 'var(--mark)',
  line: 'var(--accent)',
  font: 'inherit',
};
