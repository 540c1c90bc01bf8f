import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { methodOf, parsePromptFile, promptReader } from '../../src/method/prompt-file.ts';

const folder = new URL('../../prompts/', import.meta.url);
const shipped = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const read = (name: string) => JSON.stringify(parse(readFileSync(new URL(name, folder), 'utf8')));
const parsed = (value: unknown) => parsePromptFile(JSON.stringify(value), 'prompts/x.yaml: {"cond');

const quality = { content: 'Good or poor?', choices: { good: 1, poor: 0 } };

describe('prompt files', () => {
  it.each(shipped)('prompts/%s is valid', (name) => {
    expect(parsePromptFile(read(name), name).quality[0]!.content.length).toBeGreaterThan(0);
  });

  it("prompts/qdebias.yaml has the paper's words and order", () => {
    const {
      quality: [asked],
      similarity,
    } = parsePromptFile(read('qdebias.yaml'), 'qdebias');
    expect(asked!.content).toEqual([
      { image: 'degraded' },
      { image: 'query' },
      {
        text: 'The visual quality of the first image is poor. How about the visual quality of the second image. Good or poor?',
      },
    ]);
    expect(asked!.prefill).toBe('The quality of the image is');
    expect(similarity?.content[2]).toEqual({
      text: 'Do these two images describe the same object? Yes or no',
    });
    expect(similarity?.choices?.map(({ label }) => label)).toEqual(['Yes', 'No']);
  });

  it('reads a plain string as the images first, then the text', () => {
    expect(parsed({ condition: 'degraded', quality }).quality[0]!.content).toEqual([
      { image: 'degraded' },
      { image: 'query' },
      { text: 'Good or poor?' },
    ]);
    expect(parsed({ condition: 'none', quality }).quality[0]!.content).toEqual([
      { image: 'query' },
      { text: 'Good or poor?' },
    ]);
  });

  it('keeps moved images, captions and a system message', () => {
    const content = ['First:', 'query', 'Second, which is poor:', 'degraded', 'Rate the first.'];
    const file = parsed({
      condition: 'degraded',
      quality: { ...quality, system: 'You are an expert.', content },
    });
    expect(file.quality[0]!.system).toBe('You are an expert.');
    expect(
      file.quality[0]!.content.map((part) => ('image' in part ? `<${part.image}>` : part.text)),
    ).toEqual(['First:', '<query>', 'Second, which is poor:', '<degraded>', 'Rate the first.']);
  });

  it('begins the reply without a space at the end, unless it is to be kept', () => {
    const begun = (fields: object) =>
      parsed({ condition: 'none', quality: { ...quality, ...fields } }).quality[0]!;
    const prefill = 'The quality of the image is ';
    expect(begun({ prefill }).prefill).toBe('The quality of the image is');
    expect(begun({ prefill, keepPrefillSpace: true })).toMatchObject({ prefill });
    expect(begun({ prefill, keepPrefillSpace: true })).not.toHaveProperty('keepPrefillSpace');
    expect(() => begun({ prefill: 'It is', keepPrefillSpace: true })).toThrow(
      'keepPrefillSpace: there is no space at the end of prefill to keep',
    );
    expect(() => begun({ prefill: ' ' })).toThrow('prefill: only spaces');
  });

  it('knows from the images of the quality question what is rated', () => {
    const method = (condition: string, content: string[]) =>
      methodOf(parsed({ condition, quality: { ...quality, content } }));
    expect(method('none', ['query', 'Good or poor?'])).toBe('single-image');
    expect(method('degraded', ['query', 'degraded', 'Good or poor?'])).toBe('debiased');
    expect(method('degraded', ['degraded', 'Good or poor?'])).toBe('prior');
  });

  it('reads a rating scale', () => {
    const file = parsed({
      condition: 'none',
      quality: { content: 'Rate 0 to 100.', scale: { min: 0, max: 100 } },
    });
    expect(file.quality[0]!.scale).toEqual({ min: 0, max: 100 });
  });

  const pair = {
    condition: 'pair',
    quality: { content: 'Which?', choices: { first: 1, similar: 0.5, second: 0 } },
  };
  const anchors = { dataset: { format: 'sample' }, count: 5 };

  it('reads pairs: two images, under a prior behind the degraded copy', () => {
    expect(parsed(pair)).toMatchObject({ pair: { isUnderPrior: false, model: 'thurstone' } });
    expect(parsed(pair).quality[0]!.content).toEqual([
      { image: 'first' },
      { image: 'second' },
      { text: 'Which?' },
    ]);
    const similarity = { content: 'The same?', choices: { Yes: 1, No: 0 } };
    const under = { ...pair, prior: 'degraded', pairModel: 'bradley-terry', similarity };
    expect(parsed(under)).toMatchObject({ pair: { isUnderPrior: true, model: 'bradley-terry' } });
    expect(parsed(under).quality[0]!.content[0]).toEqual({ image: 'degraded' });
    expect(parsed(under).similarity?.content.slice(0, 2)).toEqual([
      { image: 'degraded' },
      { image: 'query' },
    ]);
    expect([methodOf(parsed(pair)), methodOf(parsed(under))]).toEqual(['pair', 'debiased-pair']);
  });

  it('takes anchors of pairs from the middle of the scores, and listed ones as they are', () => {
    expect(parsed({ ...pair, anchors }).anchors).toMatchObject({ pick: 'middle', pool: 40 });
    const images = ['a.png', { image: 'b.png', group: 'g' }];
    expect(parsed({ ...pair, anchors: { images } }).anchors).toEqual({
      images: [{ image: 'a.png' }, { image: 'b.png', group: 'g' }],
      seed: 0,
    });
  });

  it('keeps captions of the two images', () => {
    const content = ['First:', 'first', 'Second:', 'second', 'Which?'];
    const asked = parsed({ ...pair, quality: { ...pair.quality, content } }).quality[0]!;
    expect(asked.content.map((part) => ('image' in part ? `<${part.image}>` : part.text))).toEqual([
      'First:',
      '<first>',
      'Second:',
      '<second>',
      'Which?',
    ]);
    // Where nothing is compared, it is a word.
    const alone = { condition: 'none', quality: { ...quality, content: ['query', 'first'] } };
    expect(parsed(alone).quality[0]!.content[1]).toEqual({ text: 'first' });
  });

  it.each<[string, unknown, string]>([
    [
      'a pair that shows one image',
      { ...pair, quality: { ...pair.quality, content: ['first', 'Which?'] } },
      'quality.content: "second" stands 0 times in the list; under condition: pair it must stand there once',
    ],
    [
      'a pair that shows a copy without a prior',
      { ...pair, quality: { ...pair.quality, content: ['degraded', 'first', 'second', 'x'] } },
      '"degraded" stands 1 times in the list; under condition: pair and prior: none',
    ],
    [
      'a prior without its copy',
      {
        ...pair,
        prior: 'degraded',
        quality: { ...pair.quality, content: ['first', 'second', 'x'] },
      },
      '"degraded" stands 0 times in the list; under condition: pair and prior: degraded',
    ],
    [
      'choices that can prefer one side alone',
      { ...pair, quality: { content: 'x', choices: { first: 1, similar: 0.5 } } },
      'quality.choices: "first" stands for 1, and no choice for 0',
    ],
    [
      'a pair that is answered by a number',
      { ...pair, quality: { content: 'x', scale: { min: 0, max: 100 } } },
      'quality.scale: under condition: pair',
    ],
    ['pieces of a pair', { ...pair, views: { crops: 2, side: 64 } }, 'views: pieces of two'],
    ['dimensions of a pair', { ...pair, dimensions: ['noise'] }, 'dimensions: under condition'],
    ['a prior elsewhere', { condition: 'none', quality, prior: 'degraded' }, 'prior: it belongs'],
    [
      'a similarity question about a pair without a prior',
      { ...pair, similarity: quality },
      'remove it or set prior: degraded',
    ],
    [
      'anchors from two places',
      { ...pair, anchors: { ...anchors, images: ['a.png'] } },
      'exactly one of dataset and images',
    ],
    [
      'a data set of anchors without a number',
      { ...pair, anchors: { dataset: { format: 'sample' } } },
      'count is needed',
    ],
    [
      'a count of listed anchors',
      { ...pair, anchors: { images: ['a.png'], count: 1 } },
      'all of images are anchors',
    ],
    [
      'listed anchors whose scores would be said',
      {
        condition: 'none',
        quality: { ...quality, content: ['anchor', 'query', 'x'] },
        anchors: { images: ['a.png'] },
      },
      'listed images have no scores',
    ],
    [
      'an unknown key',
      { condition: 'none', qualty: quality },
      'unknown key "qualty", did you mean "quality"?',
    ],
    [
      'an unknown inner key',
      { condition: 'none', quality: { ...quality, prefil: 'x' } },
      'unknown key "quality.prefil", did you mean "prefill"?',
    ],
    ['an unknown condition', { condition: 'poor', quality }, 'condition: '],
    ['a missing question', { condition: 'none' }, 'quality: '],
    [
      'choices and scale',
      { condition: 'none', quality: { ...quality, scale: { min: 0, max: 1 } } },
      'quality: exactly one of choices and scale',
    ],
    [
      'one choice',
      { condition: 'none', quality: { ...quality, choices: { good: 1 } } },
      'quality.choices: at least two choices',
    ],
    [
      'a score above 1',
      { condition: 'none', quality: { ...quality, choices: { good: 5, poor: 0 } } },
      'quality.choices.good: ',
    ],
    [
      'equal scores',
      { condition: 'none', quality: { ...quality, choices: { good: 1, fine: 1 } } },
      'all choices stand for the same score',
    ],
    [
      'choices that replies do not tell apart',
      { condition: 'none', quality: { ...quality, choices: { '+1': 1, '-1': 0 } } },
      'quality.choices: two choices differ in case or in the marks around them only',
    ],
    [
      'a choice without letters',
      { condition: 'none', quality: { ...quality, choices: { '+': 1, '-': 0 } } },
      'quality.choices: a choice has no letter or digit',
    ],
    [
      'an empty scale',
      { condition: 'none', quality: { content: 'x', scale: { min: 1, max: 1 } } },
      'quality.scale: min must be below max',
    ],
    [
      'similarity without a second image',
      { condition: 'none', quality, similarity: quality },
      'similarity: there is no degraded copy',
    ],
    [
      'a degraded image under condition none',
      { condition: 'none', quality: { ...quality, content: ['degraded', 'query', 'x'] } },
      '"degraded" stands 1 times',
    ],
    [
      'a similarity question without the query image',
      { condition: 'degraded', quality, similarity: { ...quality, content: ['degraded', 'x'] } },
      'similarity.content: "query" stands 0 times',
    ],
    [
      'a quality question without the degraded image',
      { condition: 'degraded', quality: { ...quality, content: ['query', 'x'] } },
      '"degraded" stands 0 times in the list; under condition: degraded it must stand there once',
    ],
    [
      'the query image twice',
      {
        condition: 'degraded',
        quality: { ...quality, content: ['degraded', 'query', 'query', 'x'] },
      },
      '"query" stands 2 times',
    ],
    [
      'images without text',
      { condition: 'none', quality: { ...quality, content: ['query'] } },
      'add the question',
    ],
  ])('refuses %s in one line that names file and field', (_, value, message) => {
    expect(() => parsed(value)).toThrow(message);
    expect(() => parsed(value)).toThrow(/^prompt prompts\/x\.yaml: [^\n]*$/);
  });

  const PARTS =
    'a part is an image (degraded, query, anchor, first, second, or {image: query}) or a text (in quotes, or {text: ...})';
  const asked = (content: unknown) => ({ ...quality, content });

  it.each<[string, object, string]>([
    [
      'an image that there is not',
      { quality: asked([{ image: 'qeury' }, 'x']) },
      'quality.content[0] is {"image":"qeury"}: there is no image "qeury", did you mean "query"?',
    ],
    [
      'an image and a text in one',
      { quality: asked(['query', { image: 'query', text: 'x' }]) },
      `quality.content[1] is {"image":"query","text":"x"}: ${PARTS}`,
    ],
    [
      'the form of a vendor',
      { quality: [asked('x'), asked(['query', { type: 'text', text: 'x' }])] },
      `quality.1.content[1] is {"type":"text","text":"x"}: ${PARTS}`,
    ],
    [
      'a text with a colon and without quotes',
      { quality, similarity: asked(['query', { Answer: 'yes or no' }]) },
      `similarity.content[1] is {"Answer":"yes or no"}: ${PARTS}`,
    ],
    ['a number', { quality: asked(['query', 7]) }, `quality.content[1] is 7: ${PARTS}`],
    ['nothing', { quality: asked(['query', '']) }, `quality.content[1] is an empty text: ${PARTS}`],
    ['no list', { quality: asked(7) }, `must be a text or a list: ${PARTS}`],
  ])('says which parts there are where one is %s', (_, fields, message) => {
    expect(() => parsed({ condition: 'none', ...fields })).toThrow(message);
  });

  it('calls a prompt without a label a prompt', () => {
    expect(() => parsePromptFile('{}', '')).toThrow(/^prompt: /);
  });

  it('refuses plain text', () => {
    expect(() => parsePromptFile('Is it good?', 'Is it good?')).toThrow(
      /not a prompt file, but the text "Is it good\?"/,
    );
  });
});

describe('a reader of prompts', () => {
  const text = (words: string) =>
    JSON.stringify({ condition: 'none', quality: { ...quality, content: words } });

  it('reads each as it stands in its row, and one that stays the same only once', () => {
    const read = promptReader();
    const first = read(text('Good or poor?'), 'a');
    expect(first).toEqual(parsePromptFile(text('Good or poor?'), 'a'));
    expect(read(text('Sharp or blurred?'), 'b')).toEqual(
      parsePromptFile(text('Sharp or blurred?'), 'b'),
    );
    expect(read(text('Good or poor?'), 'a')).toBe(first);
    const changed = read(text('How is the sky?'), 'a');
    expect(changed).toEqual(parsePromptFile(text('How is the sky?'), 'a'));
    expect(read(text('Good or poor?'), 'a')).toEqual(first);
  });

  it('says of a broken one what is wrong, each time', () => {
    const read = promptReader();
    for (let time = 0; time < 2; time++) expect(() => read('x', 'a')).toThrow(/not a prompt file/);
  });
});
