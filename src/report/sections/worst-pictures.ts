import type { Block } from '../page/blocks.ts';
import { fixed, shortened } from '../page/format.ts';
import { nameOf } from './generators.ts';
import type { Section } from './section.ts';

/** Of a prompt in a caption; report.json has it whole. */
const PROMPT_LENGTH = 120;

export const worstPictures: Section = {
  id: 'worst-pictures',
  title: 'The worst pictures of each generator',
  blocks: ({ generated, pictures }) =>
    generated.flatMap(({ report, worst }) =>
      report.generators.flatMap((one, index): Block[] => {
        const own = worst[index] ?? [];
        if (own.length === 0) return [];
        const by = generated.length > 1 ? `, rated by ${nameOf(report)}` : '';
        return [
          { kind: 'heading', text: `${one.name}${by}` },
          ...one.worst.map(
            ({ prompt, score }, place): Block => ({
              kind: 'picture',
              data: pictures.get(own[place]) ?? { problem: 'none was made' },
              caption: `${place + 1}. quality ${fixed(score, 3)}: ${shortened(prompt, PROMPT_LENGTH)}`,
            }),
          ),
        ];
      }),
    ),
};
