import { readFileSync } from 'node:fs';

/** A test generator of promptfoo. */
export default function rows(...given) {
  return JSON.parse(readFileSync(`${import.meta.dirname}/rows.json`, 'utf8')).map((row) => ({
    ...row,
    metadata: { ...row.metadata, given },
  }));
}
