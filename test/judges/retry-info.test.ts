import { describe, expect, it } from 'vitest';
import { retryInfoSeconds } from '../../src/judges/retry-info.ts';

const error = (...details: object[]) => ({
  error: { code: 429, message: 'Quota exceeded', status: 'RESOURCE_EXHAUSTED', details },
});
const wait = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.074824224s' };

describe('the wait that an error of Google’s asks for', () => {
  it.each<[string, unknown, number | undefined]>([
    ['among other details', error({ '@type': 'Help', links: [] }, wait), 34.074824224],
    ['in a list, as some interfaces give it', [error(wait)], 34.074824224],
    ['of whole seconds', error({ retryDelay: '5s' }), 5],
    ['not said', error({ '@type': 'Help' }), undefined],
    ['without details', { error: { message: 'retryDelay' } }, undefined],
    ['in words that are no time', error({ retryDelay: 'soon' }), undefined],
    ['negative', error({ retryDelay: '-3s' }), undefined],
  ])('%s', (_, body, seconds) => {
    expect(retryInfoSeconds(JSON.stringify(body))).toBe(seconds);
  });

  it('is not looked for in what is no JSON', () => {
    expect(retryInfoSeconds('<html>retryDelay</html>')).toBeUndefined();
  });
});
