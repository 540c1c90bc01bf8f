import type { Findings } from './findings.ts';
import type { RenderPlot } from './plots/render-svg.ts';
import type { PairPictures } from './sheets/find-pairs.ts';
import type { Pictures } from './sheets/find-pictures.ts';
import type { Sheets } from './sheets/find-sheets.ts';

/** Everything that the sections show. */
export interface ReportContent extends Findings {
  sheets: Sheets;
  pictures: Pictures;
  pairPictures: PairPictures;
  renderPlot: RenderPlot;
}
