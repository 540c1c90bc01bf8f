import { PHOTOGRAPHS, PHOTOGRAPHS_LICENCE, type Photograph } from './photographs.ts';
import { SCORE_COLUMN, TRUTH } from './sample-recipe.ts';

/** Text of the file that lies beside the photographs as the package ships them. */
export const photographsAttribution = (): string => `# Where these pictures come from

${PHOTOGRAPHS_LICENCE}

${PHOTOGRAPHS.map(line).join('\n')}
`;

/** Text of the file that lies beside the pictures. */
export const attribution = (): string => `${photographsAttribution()}
Each was made smaller; the files that are not called \`pristine\` were then distorted on purpose.

The scores in the column \`${SCORE_COLUMN}\` are ${TRUTH}.
`;

const line = ({ name, title, photographer, year, source, file }: Photograph): string =>
  `- \`${name}\`: ${photographer}, "${title}", ${year}. ${source} (npm package \`${file.split('/', 2).join('/')}\`)`;
