import type { Block } from '../page/blocks.ts';
import { fixed, integer, NONE } from '../page/format.ts';
import { priorsPlot } from '../plots/priors.ts';
import type { RenderPlot } from '../plots/render-svg.ts';
import { PAGE_THEME } from '../plots/theme.ts';
import type { PriorReport } from '../report-schema.ts';
import { columnName, type Section } from './section.ts';

export const priors: Section = {
  id: 'priors',
  title: 'Degradations as priors',
  async blocks({ report, renderPlot }) {
    if (report.priors.length === 0) return [];
    const blocks: Block[] = [
      {
        kind: 'text',
        text: 'A good prior is rated poor whatever the picture shows, and its content is still recognised. P(good) is of the degraded copy by itself; suitability is the mean over the images of (1 − P(good)) · P(same), less its standard deviation, a copy without effect counting 0. The images themselves are not rated, so there is no correlation.',
      },
    ];
    for (const prior of report.priors) blocks.push(...(await priorBlocks(prior, renderPlot)));
    return blocks;
  },
};

async function priorBlocks(prior: PriorReport, renderPlot: RenderPlot): Promise<Block[]> {
  const { images, notes, ranking } = prior;
  const name = columnName(prior);
  const over = `${images.scored === images.total ? '' : `${integer(images.scored)} of `}${integer(images.total)} images`;
  return [
    { kind: 'heading', text: name },
    ...(notes.length > 0 ? [{ kind: 'list' as const, items: notes }] : []),
    {
      kind: 'figure',
      svg: await renderPlot(priorsPlot(prior), PAGE_THEME),
      label: `${name}: P(good) and P(same) of degraded copies by degradation and severity; the table has the numbers`,
      caption: `${name}, over ${over}, by severity. Points: mean P(good) of the copies, with one standard deviation; a prior should be low. Line: mean P(same); it should be high.`,
    },
    {
      kind: 'table',
      caption: `${name}: degradations as priors over ${over}, the best first`,
      head: [
        'degradation',
        'severity',
        'P(good)',
        '± SD',
        'P(same)',
        'without effect',
        'suitability',
      ],
      align: 'lrrrrrr',
      rows: ranking.map(({ degradation, severity, ...measured }) => [
        degradation,
        `${severity}`,
        numberText(measured.meanGood),
        numberText(measured.sdGood),
        numberText(measured.meanSame),
        measured.withoutEffect === 0 ? '0' : `${measured.withoutEffect} of ${measured.n}`,
        numberText(measured.suitability),
      ]),
    },
  ];
}

const numberText = (value: number | null): string => (value === null ? NONE : fixed(value, 3));
