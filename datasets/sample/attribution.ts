import { PHOTOGRAPHS, PHOTOGRAPHS_LICENCE } from './photographs.ts';
import { SCORE_COLUMN, TRUTH } from './recipe.ts';

/** Text of the file that lies beside the pictures. */
export function attribution(): string {
  const lines = PHOTOGRAPHS.map(
    ({ name, title, photographer, year, source, file }) =>
      `- \`${name}\`: ${photographer}, "${title}", ${year}. ${source} (npm package \`${file.split('/', 2).join('/')}\`)`,
  );
  return `# Where these pictures come from

${PHOTOGRAPHS_LICENCE}

${lines.join('\n')}

Each was made smaller; the files that are not called \`pristine\` were then distorted on purpose.

The scores in the column \`${SCORE_COLUMN}\` are ${TRUTH}.
`;
}
