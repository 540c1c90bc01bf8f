import { estimateText, integer } from '../page/format.ts';
import { scatterPlot } from '../plots/scatter.ts';
import { PAGE_THEME } from '../plots/theme.ts';
import type { Mapping } from '../report-schema.ts';
import { shortTruth, truthOf } from './leaderboard.ts';
import { columnName, perDataset, type Section } from './section.ts';

const SIZE = { width: 400, height: 290 };

export const scatter: Section = {
  id: 'scatter',
  title: 'Score against ground truth',
  blocks: (content) =>
    perDataset(content, async ({ report, figures }) => {
      const shown = figures.filter(({ sample }) => sample.images.length > 0);
      return Promise.all(
        shown.map(async ({ entry, sample, curve, disagreeing }) => {
          const plot = scatterPlot({
            scores: sample.scores,
            mos: sample.mos,
            curve,
            numbered: disagreeing.map(({ scored: { score }, mos }) => ({ score, mos })),
            truth: shortTruth(report),
            ...SIZE,
          });
          const name = columnName(entry);
          return {
            kind: 'figure' as const,
            svg: await content.renderPlot(plot, PAGE_THEME),
            label: `${name}: score against ${truthOf(report)} of ${integer(sample.images.length)} images, SRCC ${estimateText(entry.SRCC)}`,
            caption: `${name}: SRCC ${estimateText(entry.SRCC)}, ${integer(sample.images.length)} images. ${curveText(entry.mapping)} Numbered: the largest disagreements, listed below.`,
          };
        }),
      );
    }),
};

function curveText({ parameters, problem }: Mapping): string {
  if (!parameters) return `No curve: ${problem}.`;
  const values = parameters
    .map((value, index) => `b${index + 1} ${value.toPrecision(3)}`)
    .join(', ');
  return `Curve: 4-parameter logistic, ${values}${problem ? ` (${problem})` : ''}.`;
}
