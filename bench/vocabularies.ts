/**
 * How vocabularies spell the answers after a begun reply: `node bench/vocabularies.ts [model.gguf ...]`, with the
 * vocabularies of these models besides, where they are byte-level ones. Without a space at the end of the beginning the
 * answer brings it along; with one it cannot.
 */
import { basename } from 'node:path';
import { ggufVocabulary, shippedVocabularies } from '../test/judges/vocabularies.ts';

const WORDS = ['good', 'poor', 'excellent', 'fair', 'bad'];
const BEGUN = 'The quality of the image is';

const vocabularies = [
  ...shippedVocabularies(),
  ...process.argv.slice(2).map((path) => ggufVocabulary(basename(path), path)),
];
const shown = (tokens: readonly string[]) => tokens.join('|');
for (const { name, tokens } of vocabularies) {
  const without = WORDS.map((word) => tokens(`${BEGUN} ${word}`).slice(tokens(BEGUN).length));
  const withSpace = WORDS.map(tokens);
  console.log(
    `${name.padEnd(32)}without: ${without.map(shown).join(',')}   with: ${withSpace.map(shown).join(', ')}`,
  );
}
for (const [i, word] of WORDS.entries()) {
  const broken = vocabularies.filter(({ tokens }) => tokens(WORDS[i]!).length > 1).length;
  console.log(`after a space, ${word} is in pieces in ${broken} of ${vocabularies.length}`);
}
