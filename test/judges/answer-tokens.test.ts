import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChatReply } from '../../src/judges/openai/chat-reply.ts';
import { answerPlace } from '../../src/judges/reading/answer-tokens.ts';
import { ownWords } from '../../src/judges/reading/own-words.ts';
import { choiceMasses } from '../../src/judges/reading/token-masses.ts';
import { joinedText, tokenName, tokenText } from '../../src/judges/reading/token-text.ts';
import { WORDINGS } from '../servers/reply-shapes.ts';

const wordings = Object.entries(WORDINGS);

describe('the own words of a reply', () => {
  it.each(wordings)('are the answer in %s', (_, write) => {
    expect(
      ownWords(write('fair'))
        .replace(/[*“”.\s]/g, '')
        .toLowerCase(),
    ).toBe('fair');
  });

  it.each<[string, string]>([
    ['<think>good, surely', ''],
    ['good, surely</think>', ''],
    ['<think>a</think>b</think>poor', 'poor'],
    ['\\boxed{good} or \\boxed{poor}', '\\boxed{good} or \\boxed{poor}'],
    ['{"answer": "good", "why": "the other: \\"answer\\": \\"poor\\""}', 'good'],
    ['{"answer": "good", "rating": 3}', '{"answer": "good", "rating": 3}'],
    ['{"quality": "good", "score": "poor"}', '{"quality": "good", "score": "poor"}'],
    ['{"first": "good", "second": "poor"}', '{"first": "good", "second": "poor"}'],
    ['{"answer": "d\\u00fcrftig"}', 'dürftig'],
    ['The answer is not good', 'not good'],
    ['The answer isolates', 'The answer isolates'],
    ['<reflection>good?</reflection>poor', 'poor'],
    ['good<|END_THINKING|>', ''],
    ['{"rating": 72}', '72'],
    ['<|begin_of_box|>good', 'good'],
    ['good<|end_of_box|>', 'good'],
    ['<unused94>thought\ngood', ''],
    ['<think:opensource>good', ''],
    ['<caption>good</caption>', '<caption>good</caption>'],
    ['<a>good</a> or <b>poor</b>', '<a>good</a> or <b>poor</b>'],
    ['<a>good</b>', '<a>good</b>'],
    ['The image is good.', 'The image is good.'],
    ['a < b', 'a < b'],
  ])('%j has the words %j', (text, words) => {
    expect(ownWords(text).trim()).toBe(words);
  });

  it('leave out how the reply was begun, and nothing else that begins like it', () => {
    expect(ownWords(' The quality of\nthe image is good', 'The quality of the image is')).toBe(
      ' good',
    );
    expect(ownWords('The quality', 'The quality of the image is')).toBe('The quality');
    expect(ownWords('C++ (good)', 'C++ (')).toBe('good)');
  });

  it('of any text are a part of it, and read once as read again', () => {
    const pieces = fc.array(
      fc.constantFrom(
        ...[
          'good',
          'poor',
          ' ',
          '\n',
          '<think>',
          '</think>',
          '<|im_end|>',
          '</s>',
          '{"a": "',
          '"}',
        ],
        ...['<|begin_of_box|>', '<|end_of_box|>', '\\boxed{', '}', '<answer>', '</answer>', '**'],
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, (list) => {
        const text = list.join('');
        const words = ownWords(text);
        expect(text).toContain(words);
        expect(ownWords(words)).toBe(words);
      }),
    );
  });
});

/** A text cut anywhere. */
const cut = (text: string, places: readonly number[]): string[] => {
  const at = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, i) => text.slice(start, at[i])).filter((piece) => piece !== '');
};

describe('the place of the answer among the tokens', () => {
  it.each(wordings)('is that of the answer in %s, however the rest is cut', (_, write) => {
    const places = fc.array(fc.nat(), { maxLength: 6 });
    // No other answer stands in what is written around it.
    const [before = '', after = ''] = write('fair').split(/fair/i);
    const word = /fair/i.exec(write('fair'))?.[0] ?? '';
    fc.assert(
      fc.property(places, places, (first, last) => {
        const names = [...cut(before, first), word, ...cut(after, last)];
        const place = answerPlace(write('fair'), names, undefined, undefined);
        if (place.spelled !== undefined) throw new Error(`nowhere in ${JSON.stringify(names)}`);
        const positions = names.slice(place.from, place.to).map((token) => ({
          token,
          logprob: token === word ? Math.log(0.6) : 0,
          alternatives:
            token === word
              ? [
                  { token: word, logprob: Math.log(0.6) },
                  { token: 'bad', logprob: Math.log(0.3) },
                ]
              : [{ token, logprob: 0 }],
        }));
        const { masses } = choiceMasses(positions, ['fair', 'bad']);
        expect(masses).toEqual([expect.closeTo(0.6, 12), expect.closeTo(0.3, 12)]);
      }),
      { numRuns: 30 },
    );
  });

  it.each<[string, string, string[], string | undefined]>([
    ['another word', 'poor', ['good'], undefined],
    ['a part of the tokens without a sign of reasoning', 'poor', ['very', ' poor'], undefined],
    ['nothing', 'poor', ['</think>'], undefined],
    ['a token that holds more than the answer', 'poor', ['reasoned: poor'], 'reasoned:'],
    ['another word after reasoning', 'poor', ['sharp', '</think>', 'good'], 'sharp'],
    ['the reasoning alone', 'poor', ['It', ' is', ' poor'], 'Is it? It is poor'],
  ])('is nowhere where they spell %s', (_, content, names, reasoning) => {
    expect(answerPlace(content, names, undefined, reasoning)).toEqual({ spelled: names.join('') });
  });

  it('is found after reasoning that no mark ends', () => {
    expect(answerPlace('poor', ['very', ' good', ' po', 'or'], undefined, '')).toEqual({
      from: 2,
      to: 4,
      all: true,
    });
  });

  it.each<[string, string[], string[]]>([
    ['a line break', [], []],
    ['one after reasoning', ['<think>', 'poor', '</think>'], []],
    ['one after reasoning that ends with another', ['<think>', 'poor', '</think>\n'], []],
    ['one before an end', [], ['<|im_end|>']],
  ])('begins with %s, without which the answer may come as well', (_, before, after) => {
    const names = [...before, '\n', 'good', ...after];
    const place = answerPlace(names.join(''), names, undefined, undefined);
    if (place.spelled !== undefined) throw new Error('nowhere');
    const likely: Record<string, [string, number][]> = {
      '\n': [
        ['\n', 0.5],
        ['poor', 0.45],
      ],
      good: [
        ['good', 0.7],
        ['poor', 0.2],
      ],
    };
    const positions = names.slice(place.from, place.to).map((token) => {
      const alternatives = (likely[token] ?? [[token, 1]]).map(([name, probability]) => ({
        token: name,
        logprob: Math.log(probability),
      }));
      return { token, alternatives };
    });
    const { masses } = choiceMasses(positions, ['good', 'poor']);
    // 0.5 x 0.7 and 0.45 + 0.5 x 0.2; from the word alone it would be 0.7 and 0.2.
    expect(masses).toEqual([expect.closeTo(0.35, 12), expect.closeTo(0.55, 12)]);
  });

  it('begins with the first of the tokens that spell its first character', () => {
    const names = ['<0xE8><0x89>', '<0xAF>', 'い'];
    const at = { from: 0, to: 3, all: true };
    expect(answerPlace('良い', names, undefined, undefined)).toEqual(at);
    expect(answerPlace('良い', ['So', ...names], undefined, 'So')).toEqual({
      ...at,
      from: 1,
      to: 4,
    });
  });

  it('is that of the first tokens where no others are listed', () => {
    expect(answerPlace('good enough', ['good'], undefined, undefined)).toEqual({
      from: 0,
      to: 1,
      all: false,
    });
    const good = { token: 'good', logprob: 0, alternatives: [{ token: 'good', logprob: 0 }] };
    const masses = choiceMasses([good], ['good', 'good enough'], 'good enough');
    expect(masses).toMatchObject({ masses: [0, 0], open: [{ mass: 1 }] });
  });
});

describe('the text of a token', () => {
  it.each<[string, string]>([
    ['good', 'good'],
    ['Ġgood', ' good'],
    ['▁good', ' good'],
    ['Ċ', '\n'],
    ['dürftig', 'dürftig'],
    ['dÃ¼rftig', 'dürftig'],
    ['ĠdÃ¼rftig', ' dürftig'],
    ['å¥½', '好'],
    ['好', '好'],
    ['Ñħ', 'х'],
    ['é', 'é'],
    [' café', ' café'],
  ])('%j is %j', (name, text) => {
    expect(tokenText(name)).toBe(text);
  });

  it('is made of its bytes where its name cannot be read', () => {
    const bytes = [...Buffer.from(' gut')];
    expect(tokenName('�', bytes)).toBe(' gut');
    expect(tokenName('bytes: gut', bytes)).toBe(' gut');
    expect(tokenName(undefined, bytes)).toBe(' gut');
    expect(tokenName('good', [...Buffer.from('Ġgood')])).toBe('good');
    expect(tokenName('token_id:7', [...Buffer.from('token_id:7')])).toBe('token_id:7');
  });

  it('goes over several tokens where a character does', () => {
    const [first = 0, ...rest] = Buffer.from('差');
    const names = [tokenName('�', [first]), tokenName('�', rest)];
    expect(joinedText(names)).toBe('差');
    expect(joinedText(['g', '<0xE5>'])).toBe('g');
  });

  it('may be half a character, which a server writes into the content as a replacement character', () => {
    const position = (token: string, bytes: number[]) => {
      const entry = { token, bytes, logprob: 0 };
      return { ...entry, top_logprobs: [entry] };
    };
    const half = position('\ufffd', [0xe5]);
    const digits = [...'830'].map((digit) => position(digit, [digit.charCodeAt(0)]));
    const read = (content: string, after?: string) => {
      const names = [digits[0]!, half, digits[1]!, digits[2]!];
      const choices = [{ message: { content }, logprobs: { content: names } }];
      return readChatReply({ choices }, undefined, undefined, after).samples[0];
    };
    expect(read('8\ufffd30')?.misplaced).toBeUndefined();
    expect(read('98\ufffd30', '9')?.misplaced).toBeUndefined();
    expect(read('8\ufffd31')?.misplaced).toBeDefined();
    expect(read('98\ufffd31', '9')?.misplaced).toBeDefined();
  });

  it('counts for the choice whose first bytes it has, and for none where several have them', () => {
    // 好 is E5 A5 BD, 差 is E5 B7 AE.
    const at = (list: Record<string, number>, token: string) => ({
      token,
      logprob: Math.log(list[token]!),
      alternatives: Object.entries(list).map(([name, p]) => ({
        token: name,
        logprob: Math.log(p),
      })),
    });
    const positions = [
      at({ '<0xE5>': 0.8, 好: 0.2 }, '<0xE5>'),
      at({ '<0xB7>': 0.75, '<0xA5>': 0.25 }, '<0xB7>'),
      at({ '<0xAE>': 1 }, '<0xAE>'),
    ];
    const { masses } = choiceMasses(positions, ['好', '差']);
    expect(masses).toEqual([expect.closeTo(0.4, 12), expect.closeTo(0.6, 12)]);
  });
});
