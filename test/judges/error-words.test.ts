import { describe, expect, it } from 'vitest';
import { errorWords, oneLine } from '../../src/judges/error-words.ts';
import { describeFailure, isFinalFailure } from '../../src/judges/reply-failure.ts';
import { samplesLimit } from '../../src/judges/samples-limit.ts';

describe('the words of an error', () => {
  it.each<[unknown, string | undefined]>([
    ['out of memory', 'out of memory'],
    [{ error: 'out of memory' }, 'out of memory'],
    [{ error: { message: 'out of memory', type: 'x', code: 500 } }, 'out of memory'],
    [{ message: 'out of memory' }, 'out of memory'],
    [{ detail: 'out of memory' }, 'out of memory'],
    [
      { detail: [{ loc: ['body', 'n'], msg: 'too large' }, { msg: 'no image' }] },
      'body.n: too large; no image',
    ],
    [{ errors: [{ message: 'one' }, 'two'] }, 'one; two'],
    [[{ error: { message: 'API key not valid' } }], 'API key not valid'],
    ['{"error": {"message": "inner"}}', 'inner'],
    [{ error: '{"message": "inner"}' }, 'inner'],
    [{ error: { message: 'outer', metadata: { raw: '{"detail": "inner"}' } } }, 'outer: inner'],
    [
      {
        error: {
          message: 'Provider returned error',
          metadata: { raw: '{"error":{"message":"{\\"error\\":{\\"message\\":\\"inner\\"}}"}}' },
        },
      },
      'Provider returned error: inner',
    ],
    [
      { errors: { messages: ['must not be empty'], model: 'unknown' } },
      'messages: must not be empty; model: unknown',
    ],
    [{ Error: { Message: 'in capitals' } }, 'in capitals'],
    [
      {
        error: { message: "'none' is not supported with this model.", param: 'reasoning.effort' },
      },
      "'none' is not supported with this model. (param: reasoning.effort)",
    ],
    [{ error: { message: 'Unsupported value.', param: 'n' } }, 'Unsupported value. (param: n)'],
    [{ error: { message: "'n' must be 1", param: 'n' } }, "'n' must be 1"],
    [{ error: { message: 'There is no n.', param: 'n' } }, 'There is no n.'],
    [{ error: { message: 'same', metadata: { raw: 'same' } } }, 'same'],
    [{ error: { code: 'insufficient_quota' } }, 'insufficient_quota'],
    [
      { error: { message: '', type: 'invalid_request_error', code: 'invalid_image' } },
      'invalid_image',
    ],
    [
      '{"status": "error", "data": {"info": "out of memory"}}',
      '{"status": "error", "data": {"info": "out of memory"}}',
    ],
    [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'Overloaded'],
    [
      '<html><title>502 Bad Gateway</title><p>nginx &amp; co</p></html>',
      '502 Bad Gateway nginx & co',
    ],
    ['{ not JSON', '{ not JSON'],
    ['', undefined],
    [{}, undefined],
    [null, undefined],
    [{ choices: [] }, undefined],
    [{ error: {} }, undefined],
  ])('%j', (body, words) => {
    expect(errorWords(body)).toBe(words);
  });

  it('end where a body is nested without an end', () => {
    const body: Record<string, unknown> = {};
    body.error = body;
    expect(errorWords(body)).toBeUndefined();
  });

  it('are one line that steers no terminal', () => {
    expect(oneLine('a\u001b[31mb\u0000\nc\u202ed\u0007 ')).toBe('ab cd');
  });
});

const setting = {
  endpoint: 'http://x/v1',
  keyAdvice: 'look at the key',
  options: { maxRetries: 0, timeoutMs: 1 },
};
const advice = (status: number, words: string) => {
  const failure = { kind: 'status', status, words } as const;
  return { said: describeFailure(failure, setting), isFinal: isFinalFailure(failure) };
};

describe('the advice about a failure', () => {
  it.each<[number, string, RegExp, boolean]>([
    [400, 'At most 1 image(s) may be provided in one prompt.', /--limit-mm-per-prompt/, false],
    [
      400,
      'This model does not support images larger than 2000 pixels',
      /lower image\.maxPixels/,
      false,
    ],
    [400, 'm does not support image input', /the model sees no images/, true],
    [400, 'The conversation must end with a user message.', /capabilities\.prefill: none/, false],
    [402, 'Payment required', /; pay, or raise the limit/, false],
    [
      408,
      'Request timeout',
      /the server itself gave up: lower judgeOptions\.maxConcurrency/,
      false,
    ],
    [409, 'Conflict', /run it again later/, false],
    [503, 'Loading model', /still loading the model: run it again once it is ready/, false],
    [
      500,
      'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj',
      /--mmproj/,
      true,
    ],
    [
      400,
      'request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it',
      /larger context/,
      false,
    ],
    [400, "This model's maximum context length is 4096 tokens", /larger context/, false],
    [
      400,
      'The decoder prompt (length 5000) is longer than the maximum model length of 4096',
      /larger context/,
      false,
    ],
    [413, 'Payload too large', /limit of a request, or lower image\.maxPixels/, false],
    [
      400,
      'API key not valid. Please pass a valid API key.',
      /look at the key; nothing more is asked/,
      true,
    ],
    [404, 'The model `q` does not exist.', /mend the model's name/, true],
    [400, "'n' : number must be at most 1", /samplesPerRequest: 1/, false],
    [400, 'extraneous key [n] is not permitted', /samplesPerRequest: 1/, false],
    [
      404,
      'No endpoints found that can handle the requested parameters.',
      /probabilities: samples/,
      true,
    ],
    [400, 'Model grok-4 does not support parameter stop.', /capabilities\.stop: false/, false],
    [404, 'No endpoints found matching your data policy', /request\.provider/, true],
    [403, 'Key limit exceeded (total limit).', /; pay, or raise the limit/, false],
    [400, "('messages.0.content' : value must be a string)", /the model sees no images/, true],
    [400, 'unknown variant `image_url`, expected `text`', /the model sees no images/, true],
    [
      400,
      'Requested sample logprobs of 20, which is greater than max allowed: 5',
      /lower judgeOptions\.topLogprobs/,
      false,
    ],
    [
      400,
      "bedrock does not support parameters: ['logprobs', 'top_logprobs']",
      /probabilities: samples/,
      false,
    ],
    [
      400,
      "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      /request: \{max_completion_tokens: /,
      false,
    ],
    [400, 'max_tokens must be at least 1, got -902.', /larger context/, false],
    [
      413,
      'Request too large on tokens per minute (TPM): Limit 6000, Requested 9000',
      /raise the limit with the vendor/,
      false,
    ],
    [400, 'JSON mode is not enabled for models/gemma-3-27b-it', /or ask it through openai:/, true],
    [
      400,
      'output_config.format: structured outputs are not supported by this model',
      /cannot be held to the answers of a question/,
      true,
    ],
    [400, 'output_config.effort: not supported', /where it knows none, remove it/, false],
    [400, 'Invalid model: foo', /mend the model's name/, true],
    [400, 'foo/bar is not a valid model ID', /mend the model's name/, true],
    [400, 'The model `x` has been decommissioned and is no longer supported.', /mend the m/, true],
    [400, 'Model does not exist. Please check it carefully.', /mend the model's name/, true],
    [400, '模型不存在，请检查模型代码。', /mend the model's name/, true],
    [410, 'The model x has reached its end of life', /mend the model's name/, true],
    [503, 'Model x was not found on a worker yet', /run it again later/, false],
    [400, 'No models loaded. Please load a model', /load the model in the server/, false],
    [403, 'You are not allowed to request logprobs from this model', /ies: samples/, false],
    [403, 'The free tier of the model has been exhausted.', /; pay, or/, false],
    [400, 'please make sure your account is in good standing.', /; pay, or/, false],
    [400, 'Budget has been exceeded! Current cost: 1.0, Max budget: 1.0', /; pay, or/, false],
    [400, 'Billing hard limit has been reached', /; pay, or/, false],
    [412, 'Account is suspended', /; pay, or/, false],
    [403, 'Your API key was reported as leaked.', /look at the key/, true],
    [400, 'Could not validate credentials', /look at the key/, true],
    [500, 'model requires more system memory than is available', /too little memory/, false],
    [
      400,
      'Input length (5000 tokens) exceeds the maximum allowed length (4096 tokens).',
      /larger context/,
      false,
    ],
    [400, 'Range of input length should be [1, 8192]', /larger context/, false],
    [400, 'Too many images provided. This model supports up to 5 images', /shows fewer/, false],
    [
      400,
      'The image length and width do not meet the model restrictions. [height:8 or width:8 must be larger than 10]',
      /too small for the model: leave it out/,
      false,
    ],
  ])('%i %s', (status, words, told, isFinal) => {
    const given = advice(status, words);
    expect(given.said).toContain(`HTTP ${status}: ${words}`);
    expect(given.said).toMatch(told);
    expect(given.isFinal).toBe(isFinal);
  });
});

it('what to do about a reply that is no answer of the interface is said by what it is', () => {
  const said = (words: string) => describeFailure({ kind: 'other', words }, setting);
  expect(said('it is no JSON (…): <html><head><title>Sign in</title>')).toContain(
    'a web page: see',
  );
  expect(said('it is a stream of events, which was not asked for, (…)')).toContain(
    'streams replies',
  );
  expect(said('it is empty')).toMatch(/run it again$/);
});

it('a reply in the place of an answer that is about the key says so, and ends the judge', () => {
  const failure = {
    kind: 'reported',
    words: 'login fail: Please carry the API secret key',
  } as const;
  expect(describeFailure(failure, setting)).toMatch(/; look at the key; nothing more is asked/);
  expect(isFinalFailure(failure)).toBe(true);
});

describe('the most samples that an endpoint gives at once', () => {
  it.each<[string, number | undefined]>([
    ['n must be between 1 and 2', 2],
    ['n must be at most 4', 4],
    ['`n` must be less than or equal to 5', 5],
    ["'n' : number must be at most 1", 1],
    ['body.n: Input should be less than 4', 3],
    ["Invalid value for 'n': maximum is 3", 3],
    ['Only one completion choice is allowed', 1],
    ['n > 1 is not supported', 1],
    ['n_cmpl must be less than or equal to the number of slots', 1],
    ['n: Extra inputs are not permitted', 1],
    ['Number of completion choices (n_cmpl) must be between 1 and 4', 4],
    ['does not support n>1', 1],
    ['Argument not supported: n', 1],
    ['Unsupported value. (param: n)', 1],
    ['n 取值范围为[1,4]', 4],
    ['n must be between 1 and 128', 1],
    ['temperature must be between 0 and 2', undefined],
    ['image too large', undefined],
  ])('%s: %s of 8', (words, limit) => {
    expect(samplesLimit(words, 8)).toBe(limit);
  });

  it('is no matter where one was asked for', () => {
    expect(samplesLimit('n must be between 1 and 2', 1)).toBeUndefined();
  });
});
