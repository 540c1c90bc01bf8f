import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/common/config-error.ts';
import { noteKeyVariable } from '../../src/common/known-secrets.ts';
import { withoutSecrets } from '../../src/common/without-secrets.ts';
import { readApiKey } from '../../src/judges/api-key.ts';
import { checkedJudge } from '../../src/judges/checked-judge.ts';
import type { Judge } from '../../src/judges/judge.ts';
import { JudgeError } from '../../src/judges/judge-error.ts';
import { quote } from '../../src/judges/reply-failure.ts';
import { providerConfigSchema } from '../../src/method/config.ts';
import { picture } from '../images/pictures.ts';
import { judgeImage, qualityQuestion } from '../judges/questions.ts';

const CANARY = 'sk-canary-0123456789';
const environment = { OPENAI_API_KEY: CANARY, HOME: '/home/someone', EMPTY_TOKEN: '' };

describe('keys', () => {
  it('are taken out of an error, whose class stays', () => {
    const error = withoutSecrets(new JudgeError('openai:x', `bad key ${CANARY}`), environment);
    expect(error).toBeInstanceOf(JudgeError);
    expect(`${error.message} ${error.stack}`).not.toContain(CANARY);
    expect(error.message).toContain('bad key [OPENAI_API_KEY]');
  });

  it('are taken out of all that is printed of an error', () => {
    const cause = Object.assign(new Error('HTTP 400'), {
      headers: new Headers({ 'x-key': `Bearer ${CANARY}`, location: `https://x.org/?q=${CANARY}` }),
      error: { message: `bad ${CANARY}`, details: [{ raw: CANARY }] },
    });
    const error = new AggregateError([new Error(CANARY)], 'several', { cause });
    const found = withoutSecrets(error, environment);
    expect(inspect(found, { depth: 9, showHidden: true })).not.toContain(CANARY);
    expect(cause.error).toEqual({
      message: 'bad [OPENAI_API_KEY]',
      details: [{ raw: '[OPENAI_API_KEY]' }],
    });
    expect(cause.headers.get('location')).toBe('https://x.org/?q=[OPENAI_API_KEY]');
  });

  it('stay where they are in use, in what an error only mentions', () => {
    const STATE = Symbol('state');
    class Client {
      apiKey = CANARY;
      [STATE] = { key: CANARY };
      #isOpen = true;
      known = new Map([['key', CANARY]]);
      self: Client = this;
      [inspect.custom]() {
        return `open: ${this.#isOpen}, key: ${this.apiKey}`;
      }
    }
    const client = new Client();
    const request = { headers: { authorization: `Bearer ${CANARY}` }, client };
    const harmless = { attempts: 2 };
    const error = Object.assign(new Error('refused'), { client, request, harmless });
    const found = withoutSecrets(error, environment);
    expect(inspect(found, { depth: 9, showHidden: true })).not.toContain(CANARY);
    expect(found.request.headers.authorization).toBe('Bearer [OPENAI_API_KEY]');
    expect(inspect(found)).toContain('apiKey');
    expect(found.client.self).toBe(found.client);
    expect(found.harmless).toBe(harmless);
    expect(request.headers.authorization).toBe(`Bearer ${CANARY}`);
    expect(client.apiKey).toBe(CANARY);
    expect(client.known.get('key')).toBe(CANARY);
  });

  it('are taken out of a value', () => {
    const value = { text: [`key: ${CANARY}`], home: '/home/someone' };
    expect(withoutSecrets(value, environment)).toEqual({
      text: ['key: [OPENAI_API_KEY]'],
      home: '/home/someone',
    });
  });

  it('are in no error and no answer of a guarded judge, whatever the vendor says', async () => {
    process.env.IQA_TEST_KEY = CANARY;
    const judge = (ask: Judge['ask']) =>
      checkedJudge(
        { id: 'openai:x', kind: 'network', usesStore: true, defaultMaxConcurrency: 1, ask },
        1,
      );
    const question = qualityQuestion([judgeImage('query', picture(40, 40))]);
    try {
      const failing = judge(async () => {
        throw new JudgeError('openai:x', `Incorrect API key provided: ${CANARY}`);
      });
      await expect(failing.ask(question, {})).rejects.toThrow(/provided: \[IQA_TEST_KEY\]/);
      const answering = judge(async () => ({
        probabilities: [1, 0],
        source: 'logprobs',
        latencyMs: 1,
        model: `proxy for ${CANARY}`,
        reused: false,
      }));
      expect((await answering.ask(question, {})).model).toBe('proxy for [IQA_TEST_KEY]');
    } finally {
      delete process.env.IQA_TEST_KEY;
    }
  });
});

describe('a key is found', () => {
  const KEY = 'sk-Canary/5f+2c?9a&71d3"e84b60';
  const find = (text: string, key = KEY) => withoutSecrets(text, { MY_KEY: key });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const url = (text: string) => Buffer.from(text).toString('base64url');

  it.each<[string, string]>([
    ['plain', KEY],
    ['in capitals', KEY.toUpperCase()],
    ['in small letters', KEY.toLowerCase()],
    ['in JSON', JSON.stringify(KEY)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(KEY))],
    ['in an address', encodeURIComponent(KEY)],
    ['in an address, in small letters', encodeURIComponent(KEY).toLowerCase()],
    ['in a form', new URLSearchParams({ key: KEY }).toString()],
    ['in hexadecimal digits', Buffer.from(KEY).toString('hex')],
    [
      'in an address, every character of it',
      Buffer.from(KEY).toString('hex').replaceAll(/../g, '%$&'),
    ],
    ['in base64', base64(KEY)],
    ['in base64 for addresses', url(KEY)],
    ['as the password of nobody', `Basic ${base64(`:${KEY}`)}`],
    ['as the password of somebody', `Basic ${base64(`me:${KEY}`)}`],
    ['as the password of somebody else', `Basic ${base64(`user:${KEY}`)}`],
    ['as a user without a password', `Basic ${base64(`${KEY}:`)}`],
    ['in an address within an address', encodeURIComponent(encodeURIComponent(KEY))],
    [
      'by the numbers of its characters in JSON',
      [...KEY].map((each) => `\\u00${each.charCodeAt(0).toString(16)}`).join(''),
    ],
    [
      'by the numbers of its characters in HTML',
      [...KEY].map((each) => `&#${each.charCodeAt(0)};`).join(''),
    ],
    ['in JSON as PHP writes it', KEY.replaceAll('/', '\\/')],
    [
      'in JSON as Java writes some characters',
      KEY.replace(/[+&"]/g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`),
    ],
    ['in HTML as some write it', KEY.replaceAll('/', '&#x2F;').replaceAll('&', '&amp;')],
    ['in Markdown', KEY.replace(/[+?&-]/g, '\\$&')],
    ['broken into lines', KEY.replace(/.{10}(?=.)/g, '$&\n')],
    ['broken into lines, in JSON', JSON.stringify(KEY.replace(/.{10}/g, '$&\n'))],
    ['in base64, broken into lines', base64(KEY).replace(/.{16}/g, '$&\r\n')],
    ['in base64 in an address', encodeURIComponent(base64(KEY))],
    ['coloured', `\u001b[31m${KEY.slice(0, 9)}\u001b[0m${KEY.slice(9)}`],
    ['with what nobody sees in it', [...KEY].join('\u200b')],
    [
      'in hexadecimal digits with colons',
      Buffer.from(KEY)
        .toString('hex')
        .replace(/..(?!$)/g, '$&:'),
    ],
    ['as Python escapes bytes', Buffer.from(KEY).toString('hex').replace(/../g, '\\x$&')],
    ['as numbers of bytes', [...Buffer.from(KEY)].join(', ')],
    ['in base64 of base64', base64(base64(KEY))],
    ['in base64 of a message', base64(`{"authorization":"Bearer ${KEY}"}`)],
  ])('%s', (_, spelling) => {
    const text = find(`refused: ${spelling} (code 7)`);
    expect(text).toContain('[MY_KEY]');
    expect(text).toMatch(/^refused: .*\(code 7\)$/);
    // No four characters of it are left, in no encoding.
    expect(text.replace('[MY_KEY]', '')).not.toMatch(/canary|5f\+2c|71d3|e84b60/i);
    for (const each of [base64(KEY), url(KEY), base64(`:${KEY}`)]) {
      expect(text).not.toContain(each.slice(4, 20));
    }
  });

  it.each([
    ['a line break', `${CANARY}\n`],
    ['a carriage return', `${CANARY}\r\n`],
    ['a space', `${CANARY} `],
    ['spaces around it', `  ${CANARY}\t`],
  ])('as it is sent where it is configured with %s', (_, configured) => {
    for (const spelling of [CANARY, configured, base64(CANARY), base64(`:${CANARY}`)]) {
      expect(find(`refused: ${spelling}.`, configured)).not.toContain(spelling.trim());
    }
    const header = new TypeError(
      `Headers.append: "Bearer ${configured}" is an invalid header value.`,
    );
    expect(withoutSecrets(header, { MY_KEY: configured }).message).not.toContain('canary');
  });

  it('by the numbers of its characters in a value', () => {
    const numbers = [...CANARY].map((each) => `\\u00${each.charCodeAt(0).toString(16)}`).join('');
    expect(withoutSecrets({ model: `m ${numbers}` }, { MY_KEY: CANARY })).toEqual({
      model: 'm [MY_KEY]',
    });
  });

  it('in pieces, as a parser quotes it, in an error', () => {
    const body = `${CANARY} is refused here, and this is no JSON at all`;
    const error = (() => {
      try {
        return JSON.parse(body);
      } catch (caught) {
        return caught as Error;
      }
    })();
    expect(error.message).toContain('sk-canary-');
    expect(withoutSecrets(error, environment).message).not.toContain('canary');
  });

  const RANDOM = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEK1';
  it.each<[string, string]>([
    ['plain', CANARY.slice(0, 16)],
    ['with slashes', RANDOM.slice(0, 25)],
    ['in base64', base64(RANDOM).slice(0, 30)],
    ['in base64 with something before it', base64(`user:${RANDOM}`).slice(0, 30)],
    ['in hexadecimal digits', Buffer.from(RANDOM).toString('hex').slice(0, 30)],
  ])('cut off in an error, %s', (_, cut) => {
    const error = new Error(`the key ${cut}… is refused`);
    const { message } = withoutSecrets(error, { ...environment, AWS_SECRET: RANDOM });
    expect(message).toMatch(/^the key \[\w+\] is refused$/);
  });

  it('but no pieces of a path', () => {
    const there = { GOOGLE_APPLICATION_CREDENTIALS: '/home/someone/projects/iqa/key.json' };
    const error = new Error('/home/someone/projects/iqa/other.json: no such file');
    expect(withoutSecrets(error, there).message).toContain('/home/someone/projects/iqa/other.json');
  });

  it('in a value that is no JSON any more without it', () => {
    const key = '"quoted-key-0123"';
    const value = { model: `m ${key} n`, [`sent ${key}`]: [`"${key}"`] };
    expect(withoutSecrets(value, { MY_KEY: key })).toEqual({
      model: 'm [MY_KEY] n',
      'sent [MY_KEY]': ['"[MY_KEY]"'],
    });
  });

  it('that is short, where a judge sends it', () => {
    const there = { IQA_SHORT: 'sk-1234', IQA_NONE: 'ollama' };
    const words = 'sk-1234 is no key of ollama';
    expect(withoutSecrets(words, there)).toBe(words);
    for (const name of Object.keys(there)) noteKeyVariable(name);
    expect(withoutSecrets(words, there)).toBe('[IQA_SHORT] is no key of ollama');
  });

  it('in what caused an error', () => {
    const error = new Error('no reply', { cause: new Error(`sent ${CANARY}`) });
    expect(String(withoutSecrets(error, environment).cause)).not.toContain(CANARY);
  });

  it('in an address of the environment, its password and its query', () => {
    const there = {
      OPENAI_BASE_URL: 'https://someone:pass-w0rd-1@llm.example/v1?key=abcdef0123456',
    };
    const text = withoutSecrets(`${there.OPENAI_BASE_URL} cannot be reached`, there);
    expect(text).not.toMatch(/pass-w0rd-1|abcdef0123456/);
    expect(text).toContain('llm.example');
  });

  it('before a text is cut, wherever in it the key stands', () => {
    process.env.IQA_TEST_KEY = CANARY;
    try {
      for (let before = 270; before < 310; before++) {
        expect(quote(`${'x'.repeat(before)} ${CANARY}`)).not.toContain('sk-can');
      }
    } finally {
      delete process.env.IQA_TEST_KEY;
    }
  });

  it('nowhere else: other texts stay as they are', () => {
    const texts = ['sk-', 'sk-canary', base64('another text that is long enough'), '{"a":"b"}'];
    for (const text of texts) expect(find(text)).toBe(text);
  });

  it('in a megabyte of base64 without delay', () => {
    const startMs = performance.now();
    find(`${base64('x'.repeat(750_000))} ${base64(`me:${KEY}`)}`);
    expect(performance.now() - startMs).toBeLessThan(2000);
  });
});

describe('a configuration that holds a key', () => {
  const ENTRY = { judge: 'openai:x' };
  const refusal = (judgeOptions: object): string => {
    try {
      parseConfig(providerConfigSchema, { ...ENTRY, judgeOptions }, 'config');
    } catch (error) {
      return String(error);
    }
    return '';
  };

  it.each([
    { apiKeyEnv: 'sk-proj-0123456789abcdef' },
    { apiKeyEnv: 'AIzaSyD4f6g8h0j2k4l6m8n0p2q4r6s8t0u2v4w' },
    { baseUrl: 'https://me:sk-proj-0123456789abcdef@llm.example/v1' },
    { baseUrl: 'https://llm.example/v1?key=sk-proj-0123456789abcdef' },
  ])('is refused without repeating it: %o', (options) => {
    const message = refusal(options);
    expect(message).toMatch(/apiKeyEnv|baseUrl/);
    expect(message).not.toMatch(/0123456789|AIza/);
  });
});

describe('a key variable', () => {
  it('is read without what stands around the key', () => {
    process.env.IQA_TEST_KEY = ` ${CANARY}\r\n`;
    expect(readApiKey('openai:x', 'IQA_TEST_KEY')).toBe(CANARY);
    delete process.env.IQA_TEST_KEY;
  });

  it.each([`${CANARY}\n# a comment`, `${CANARY} ${CANARY}`, `${CANARY}…`])(
    'that holds no key is named, and not shown',
    (value) => {
      process.env.IQA_TEST_KEY = value;
      expect(() => readApiKey('openai:x', 'IQA_TEST_KEY')).toThrow(
        /^judge openai:x: the environment variable IQA_TEST_KEY holds a space(?!.*canary)/,
      );
      delete process.env.IQA_TEST_KEY;
    },
  );
});
