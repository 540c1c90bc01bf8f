/** Numbers that Python's servers write and JSON does not know. */
const NO_NUMBERS = /("(?:[^"\\]|\\.)*")|-?\b(?:Infinity|NaN)\b/g;

/**
 * A reply's body as a value, whatever the server says that it is.
 *
 * @throws Error it is no JSON, and what it is instead
 */
export function parseBody(text: string): unknown {
  const body = text.replace(/^\ufeff/, '').trim();
  if (body === '') throw new Error('it is empty');
  try {
    return JSON.parse(body);
  } catch (error) {
    try {
      return JSON.parse(body.replace(NO_NUMBERS, (found, quoted) => quoted ?? (found && 'null')));
    } catch {
      const what = /^(?:data|event):/.test(body)
        ? 'a stream of events, which was not asked for,'
        : 'no JSON';
      throw new Error(`it is ${what} (${(error as Error).message}): ${body}`);
    }
  }
}
