import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const BENCH = fileURLToPath(new URL('../../bench/faults.ts', import.meta.url));

const BUSY_MACHINE_MS = 180_000;

it('at random faults, ends every row scored as the server knows it to be, or explained', {
  timeout: BUSY_MACHINE_MS,
}, async () => {
  const { exitCode, log } = await new Promise<{ exitCode: number; log: string }>((resolve) => {
    // Many faults for few rows, so that rows meet several.
    execFile(process.execPath, [BENCH, '60', '0.3'], (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code ?? 1) : 0, log: stdout + stderr }),
    );
  });
  expect(exitCode, log).toBe(0);
  // Two ways of OpenAI and its Responses interface, one of Anthropic, two of Google, and a key that is refused midway.
  expect(log.match(/scored wrong: 0/g)).toHaveLength(7);
  expect(log.match(/error unexplained: 0/g)).toHaveLength(6);
});
