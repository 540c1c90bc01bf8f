import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('src/harness imports nothing of this package but src/common', () => {
  const folder = new URL('../../src/harness/', import.meta.url);
  const climbing = readdirSync(folder).flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(/from '(\.\.\/[^']+)'/g)]
      .filter(([, path = '']) => !path.startsWith('../common/'))
      .map(([, path]) => `${file}: ${path}`),
  );
  expect(climbing).toEqual([]);
});
