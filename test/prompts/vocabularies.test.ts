import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type PromptQuestion, parsePromptFile } from '../../src/method/prompt-file.ts';
import { ggufVocabulary, shippedVocabularies, type Vocabulary } from '../judges/vocabularies.ts';
import { sharedIsPresent, sharedPath } from '../shared.ts';

const QWEN = 'llama/tiny-qwen2.5vl.gguf';

const folder = new URL('../../prompts/', import.meta.url);
const questions: [string, PromptQuestion][] = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const { quality, similarity } = parsePromptFile(JSON.stringify(parse(text)), name);
    return [...quality, similarity].flatMap((question, i): [string, PromptQuestion][] =>
      question?.choices ? [[`${name}, question ${i + 1}`, question]] : [],
    );
  });

const vocabularies: [string, Vocabulary][] = [
  ...shippedVocabularies(),
  ...(sharedIsPresent(QWEN) ? [ggufVocabulary('Qwen2', sharedPath(QWEN))] : []),
].map((vocabulary) => [vocabulary.name, vocabulary]);

/** How the model goes on after a beginning, or begins where there is none. */
function answerTokens({ tokens }: Vocabulary, prefill: string | undefined, label: string) {
  if (prefill === undefined) return tokens(label);
  const before = tokens(prefill);
  const all = tokens(`${prefill} ${label}`);
  expect(all.slice(0, before.length)).toEqual(before);
  return all.slice(before.length);
}

describe.each(vocabularies)('in the vocabulary of %s', (_, vocabulary) => {
  it.each(questions)('each choice of %s is one token', (_, { prefill, choices = [] }) => {
    for (const { label } of choices) {
      expect(answerTokens(vocabulary, prefill, label)).toEqual([
        prefill === undefined ? label : ` ${label}`,
      ]);
    }
  });
});

it('a space at the end of the beginning leaves "good" whole and breaks "poor" in most of them', () => {
  const broken = vocabularies.filter(([, { tokens }]) => tokens('poor').length > 1);
  expect(vocabularies.every(([, { tokens }]) => tokens('good').length === 1)).toBe(true);
  expect(broken.map(([name]) => name)).toEqual(
    expect.arrayContaining(['GPT-4 (cl100k)', 'Llama 2, LLaVA', 'Mistral', 'Llama 3']),
  );
});
