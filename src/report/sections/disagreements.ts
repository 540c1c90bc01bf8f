import { basename } from 'node:path';
import { fixed } from '../page/format.ts';
import { shortTruth } from './leaderboard.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const disagreements: Section = {
  id: 'disagreements',
  title: 'Where the model is wrong',
  blocks: (content) =>
    perDataset(content, ({ report, figures }) =>
      figures.flatMap(({ entry, disagreeing }) => {
        if (disagreeing.length === 0) return [];
        return [
          { kind: 'heading' as const, text: columnName(entry) },
          ...entry.disagreements.map((image, index) => {
            const direction = image.scorePlace > image.mosPlace ? 'overrated' : 'underrated';
            const sheet = content.sheets.get(disagreeing[index]);
            return {
              kind: 'picture' as const,
              data: sheet ?? { problem: 'none was made' },
              caption: `${index + 1}. ${basename(image.image)} is ${direction}: score ${fixed(image.score, 3)}, better than ${percent(image.scorePlace)} of the images; ${shortTruth(report)} ${image.mos}, better than ${percent(image.mosPlace)}`,
            };
          }),
        ];
      }),
    ),
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;
