import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePromptFile } from '../../src/method/prompt-file.ts';
import { levelsOfPrompt } from '../../src/rows/prompt-levels.ts';

const shipped = (name: string): object =>
  parse(readFileSync(new URL(`../../prompts/${name}.yaml`, import.meta.url), 'utf8'));
const levels = (prompt: object) => levelsOfPrompt(parsePromptFile(JSON.stringify(prompt), 'p'));
const rating = (min: number, max: number) => ({
  condition: 'none',
  quality: { content: ['query', 'Rate it.'], scale: { min, max } },
});

it('the levels of a prompt are the scores of its choices, or the whole numbers of a short scale', () => {
  expect(levels(shipped('five-level'))).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(levels(shipped('qdebias'))).toEqual([0, 1]);
  expect(levels(rating(1, 5))).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

it('a prompt has no levels where it asks for a number, or scores are differences', () => {
  expect(levels(shipped('rating'))).toBeUndefined();
  expect(levels(rating(0, 11))).toBeUndefined();
  expect(levels(rating(0.5, 3))).toBeUndefined();
  const contrast = { ...shipped('five-level'), condition: 'contrast' };
  expect(levels(contrast)).toBeUndefined();
});
