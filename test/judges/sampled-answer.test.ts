import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Once } from '../../src/judges/answer.ts';
import { requestAnew } from '../../src/judges/answer.ts';
import type { SampledReply } from '../../src/judges/reply.ts';
import { cacheHeader, createReplyCopies } from '../../src/judges/reply-copies.ts';
import { sampledAnswer } from '../../src/judges/sampled-answer.ts';
import { judgeOptions } from './options.ts';
import { qualityQuestion } from './questions.ts';

const question = qualityQuestion([]);

/** A store's memory of replies, over several runs. */
function memory(): Once {
  const kept = new Map<string, unknown>();
  return async (part, request) => {
    if (!kept.has(part)) kept.set(part, structuredClone(await request()));
    return kept.get(part) as Awaited<ReturnType<typeof request>>;
  };
}

interface Vendor {
  /** What it says, one word a sample; at the end it begins anew. */
  words: readonly string[];
  id?: (request: number) => string;
}

/** Asks once, as one run does. @returns the answer or the error, and how many samples were bought */
async function ask(vendor: Vendor, options: object, once: Once = requestAnew, perRequest = 1) {
  let bought = 0;
  let requests = 0;
  const settings = judgeOptions(options);
  const copies = createReplyCopies('openai:x', settings);
  const send = async (count: number): Promise<SampledReply> => {
    const samples = Array.from({ length: count }, () => ({
      text: vendor.words[bought++ % vendor.words.length]!,
    }));
    const reply = {
      model: 'm',
      id: (vendor.id ?? (() => crypto.randomUUID()))(requests++),
      samples,
    };
    copies.refuse(reply, question, true);
    return reply;
  };
  try {
    const { answer } = await sampledAnswer({
      ...{ judgeId: 'openai:x', question, options: settings, perRequest, once, copies, send },
      asked: { probabilities: 'auto', reply: 'instructed' },
    });
    return { answer, error: '', bought, requests };
  } catch (error) {
    return { answer: undefined, error: String(error), bought, requests };
  }
}

const repeated = (word: string, count: number) => Array<string>(count).fill(word);
const GUT = 'gut';

describe('a sample that is none of the choices', () => {
  it.each<[string, string[], number]>([
    ['one of eight', [GUT, ...repeated('good', 20)], 9],
    ['two of eight', [GUT, GUT, ...repeated('good', 20)], 10],
    // 3 of 11 would be too large a share.
    ['three of eight', [GUT, GUT, GUT, ...repeated('good', 20)], 12],
    ['four of eight', [...repeated(GUT, 4), ...repeated('good', 20)], 16],
    [
      'one, and one of those drawn again',
      [GUT, ...repeated('poor', 7), GUT, ...repeated('poor', 9)],
      10,
    ],
  ])('is drawn again: %s', async (_, words, drawn) => {
    const { answer, bought } = await ask({ words }, {});
    expect(bought).toBe(drawn);
    expect(answer).toMatchObject({
      samples: 8,
      invalidSamples: words.slice(0, drawn).filter((word) => word === GUT).length,
      asked: { samples: 8, requests: drawn },
    });
  });

  it('is drawn again in one request where the endpoint gives several', async () => {
    const words = [GUT, 'good', GUT, ...repeated('good', 20)];
    const { answer, bought, requests } = await ask({ words }, {}, requestAnew, 8);
    expect({ bought, requests }).toEqual({ bought: 10, requests: 2 });
    expect(answer).toMatchObject({ samples: 8, invalidSamples: 2 });
  });

  it('is the error of a row when its share stays too high, and nothing is asked in vain', async () => {
    const always = await ask({ words: [GUT] }, {});
    expect(always.error).toMatch(/8 of 8 sampled answers were not one of good, poor \("gut"\)/);
    expect(always.bought).toBe(8);
    const half = await ask({ words: [GUT, 'good'] }, {});
    expect(half.error).toMatch(/larger share than maxInvalidShare 0\.25/);
    expect(half.bought).toBeLessThanOrEqual(16);
    expect(always.error).not.toMatch(/clear/);
    expect(always.error).toMatch(/run again, which draws anew what cannot be used/);
  });

  it('is drawn again as often as the user says', async () => {
    const words = [GUT, GUT, ...repeated('good', 30)];
    expect((await ask({ words }, { maxRedraws: 0 })).answer).toMatchObject({
      samples: 6,
      invalidSamples: 2,
    });
    expect((await ask({ words }, { maxRedraws: 1 })).answer).toMatchObject({ samples: 7 });
    const many = [...repeated(GUT, 8), ...repeated('good', 30)];
    expect((await ask({ words: many }, { maxRedraws: 24 })).answer).toMatchObject({
      samples: 8,
      invalidSamples: 8,
    });
    expect((await ask({ words }, { maxInvalidShare: 0 })).error).toMatch(/2 of 8/);
  });

  it('leaves the estimate that of the valid ones, whatever comes', async () => {
    const word = fc.constantFrom('good', 'poor', GUT);
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { minLength: 32, maxLength: 32 }),
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 1, max: 16 }),
        fc.constantFrom(0, 0.25, 0.5, 1),
        async (words, samples, perRequest, maxInvalidShare) => {
          const size = Math.min(samples, perRequest);
          const options = { samples, maxInvalidShare };
          const { answer, error, bought } = await ask({ words }, options, requestAnew, size);
          const drawn = words.slice(0, bought);
          const valid = drawn.filter((each) => each !== GUT);
          const invalid = bought - valid.length;
          expect(bought).toBeLessThanOrEqual(2 * samples);
          if (!answer) {
            expect(error).toContain(`${invalid} of ${bought} sampled answers`);
            // Even if all that may still be drawn were valid.
            expect(valid.length === 0 || invalid / (2 * samples) > maxInvalidShare).toBe(true);
            return;
          }
          const used = valid.slice(0, samples);
          expect(answer.samples).toBe(used.length);
          expect(answer.invalidSamples).toBe(invalid);
          expect(invalid / bought).toBeLessThanOrEqual(maxInvalidShare);
          expect(used.length === samples || bought === 2 * samples).toBe(true);
          const share = used.filter((each) => each === 'good').length / used.length;
          expect(answer.probabilities?.[0]).toBeCloseTo(share, 12);
        },
      ),
    );
  });
});

describe('another run', () => {
  it('draws anew what was unusable, and buys nothing that was usable', async () => {
    const once = memory();
    const words = [...repeated('good', 3), ...repeated(GUT, 5)];
    expect((await ask({ words }, {}, once)).error).toContain('5 of 8');
    const second = await ask({ words: ['poor'] }, {}, once);
    expect(second.bought).toBe(5);
    expect(second.answer).toMatchObject({
      probabilities: [3 / 8, 5 / 8],
      samples: 8,
      invalidSamples: 5,
      asked: { requests: 13 },
    });
    // From then on all is kept.
    expect(await ask({ words: [GUT] }, {}, once)).toMatchObject({
      bought: 0,
      answer: { probabilities: [3 / 8, 5 / 8] },
    });
  });

  it('after nothing but unusable ones draws all anew, and is judged by those', async () => {
    const once = memory();
    expect((await ask({ words: [GUT] }, {}, once)).bought).toBe(8);
    const second = await ask({ words: [GUT] }, {}, once);
    expect(second).toMatchObject({ bought: 8, error: expect.stringContaining('8 of 8') });
    const third = await ask({ words: ['good'] }, {}, once);
    expect(third).toMatchObject({ bought: 8, answer: { samples: 8, invalidSamples: 16 } });
    expect(await ask({ words: [GUT] }, {}, once)).toMatchObject({ bought: 0, error: '' });
  });

  it('is no way round the share of unusable ones', async () => {
    const once = memory();
    for (let run = 0; run < 5; run++) {
      expect((await ask({ words: [GUT, 'good'] }, {}, once)).error).toContain('maxInvalidShare');
    }
  });

  it('with more samples buys the further ones alone, those that were drawn again included', async () => {
    const once = memory();
    await ask({ words: [GUT, ...repeated('good', 9)] }, { samples: 8 }, once);
    const more = await ask({ words: ['poor'] }, { samples: 16 }, once);
    expect(more).toMatchObject({ bought: 8, answer: { samples: 16, invalidSamples: 1 } });
    const fewer = await ask({ words: [GUT] }, { samples: 4 }, once);
    expect(fewer).toMatchObject({ bought: 0, answer: { samples: 4 } });
  });
});

describe('a copy out of a cache', () => {
  it('is no sample: its id says so', async () => {
    const { error, bought } = await ask({ words: ['good'], id: () => 'chatcmpl-AbC123dEf456' }, {});
    expect(error).toMatch(/has the id "chatcmpl-AbC123dEf456", as one before it had, so a cache/);
    expect(error).toMatch(/switch that cache off/);
    expect(bought).toBeGreaterThan(1);
  });

  it.each(['1', 'chatcmpl-1', 'msg_1', 'chatcmpl-417'])(
    'is found by an id that may be chance (%s) when it is the only one',
    async (id) => {
      expect((await ask({ words: ['good'], id: () => id }, {})).error).toContain('a cache');
      // Ollama draws its ids from 999.
      const some = (request: number) => (request % 4 === 0 ? 'chatcmpl-7' : `chatcmpl-${request}`);
      expect((await ask({ words: ['good'], id: some }, {})).error).toBe('');
    },
  );

  it('says the same; what says something else under one id is none', async () => {
    const words = ['good', 'poor'];
    const { answer } = await ask({ words, id: () => 'chatcmpl-AbC123dEf456' }, { samples: 2 });
    expect(answer?.probabilities).toEqual([0.5, 0.5]);
  });

  it('is none where the endpoint has one id for all replies, and the user says so', async () => {
    const vendor = { words: ['good'], id: () => 'placeholder-id' };
    expect((await ask(vendor, {})).error).toContain('set judgeOptions.uniqueReplyIds: false');
    expect((await ask(vendor, { uniqueReplyIds: false })).answer).toMatchObject({ samples: 8 });
  });

  it('that was kept does not count, and is drawn anew', async () => {
    const once = memory();
    for (let first = 0; first < 8; first++) {
      const reply = { model: 'm', id: 'chatcmpl-AbC123dEf456', samples: [{ text: 'good' }] };
      await once(`samples from ${first}`, async () => reply);
    }
    const next = await ask({ words: ['poor'] }, {}, once);
    expect(next).toMatchObject({ bought: 7, answer: { probabilities: [1 / 8, 7 / 8] } });
  });

  it('of a reply to another question is refused, whatever is asked for', () => {
    const copies = createReplyCopies('openai:x', judgeOptions());
    const reply = { model: 'm', id: 'chatcmpl-AbC123dEf456', samples: [{ text: 'good' }] };
    copies.refuse(reply, question, false);
    // The same question has the same token probabilities.
    copies.refuse(reply, question, false);
    const other = { ...question, content: [{ text: 'Another question?' }] };
    expect(() => copies.refuse(reply, other, false)).toThrow(/as that to another question had/);
  });

  it.each<[string, string, boolean]>([
    ['x-cache', 'HIT', true],
    ['x-cache', 'Hit from cloudfront', true],
    ['x-cache', 'TCP_MEM_HIT', true],
    ['x-cache', 'MISS', false],
    ['x-cache', 'MISS, MISS', false],
    ['cf-cache-status', 'HIT', true],
    ['cf-cache-status', 'STALE', true],
    ['cf-cache-status', 'DYNAMIC', false],
    ['cf-aig-cache-status', 'HIT', true],
    ['x-litellm-cache-key', '5d41402abc4b2a76b9719d911017c592', true],
    ['x-portkey-cache-status', 'HIT', true],
    ['x-portkey-cache-status', 'SEMANTIC HIT', true],
    ['x-portkey-cache-status', 'DISABLED', false],
    ['helicone-cache', 'HIT', true],
    ['helicone-cache', 'MISS', false],
    ['cache-status', 'ExampleCache; hit; ttl=376', true],
    ['cache-status', 'ExampleCache; fwd=uri-miss', false],
    ['x-cache-hits', '1', true],
    ['x-cache-hits', '0', false],
    ['x-cache-hits', '0, 0', false],
    ['x-cache-hits', '0, 2', true],
    ['x-served-from-cache', 'true', true],
    ['x-served-from-cache', 'false', false],
    ['x-cached', '1', true],
    ['x-gateway-cache', 'cached', true],
    ['x-use-cache', 'true', false],
    ['age', '12', true],
    ['age', '0', false],
    ['cache-control', 'no-store', false],
    ['fireworks-cached-prompt-tokens', '1024', false],
    ['x-prompt-cache', 'hit', false],
  ])('has the header %s: %s: %s', (name, value, isCopy) => {
    expect(cacheHeader(new Headers({ [name]: value }))).toBe(
      isCopy ? `${name}: ${value}` : undefined,
    );
  });
});
