import { expect, it, onTestFinished, vi } from 'vitest';
import { resultSchema } from '../../src/harness/result-schema.ts';

const ROW = { promptIdx: 0, testIdx: 0, provider: {}, vars: {}, success: false, testCase: {} };

const errorOf = (error: string): unknown => resultSchema.parse({ ...ROW, error }).error;

it('takes keys out of what any provider said', () => {
  vi.stubEnv('SOME_VENDOR_API_KEY', 'abcdefgh-12345678');
  onTestFinished(() => void vi.unstubAllEnvs());
  const error = '401 for abcdefgh-12345678';
  const { error: thrown, response } = resultSchema.parse({ ...ROW, error, response: { error } });
  expect([thrown, response?.error]).toEqual(Array(2).fill('401 for [SOME_VENDOR_API_KEY]'));
});

it('keeps what a provider threw, and its cause, without the lines of its stack', () => {
  const thrown = [
    "Error: ENOENT: no such file 'a'",
    '    at readdirSync (node:fs:1630:26)',
    '    at new Promise (<anonymous>)',
    '    at async file:///evaluator.js:8056:25 {',
    '  code: "ENOENT"',
    '    at file:///evaluator.js:8056:25',
  ].join('\n');
  expect(errorOf(thrown)).toBe(
    'Error: ENOENT: no such file \'a\'\n    at async file:///evaluator.js:8056:25 {\n  code: "ENOENT"',
  );
});

it('leaves sentences alone', () => {
  const said = 'refused:\n  at most 3 pictures a day\n  at 10:30 again';
  expect(errorOf(said)).toBe(said);
});
