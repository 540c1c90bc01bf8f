import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStoreFile } from '../../providers/answers/store-file.ts';
import type { Engines } from '../../providers/batch/engines.ts';
import { type Ledger, openLedger } from '../../providers/batch/ledger.ts';
import { beginRun, type Run } from '../../providers/batch/run.ts';
import { createSubmitter } from '../../providers/batch/submit.ts';

let folder: string;
let ledger: Ledger;
let run: Run;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-submit-'));
  ledger = openLedger(openStoreFile(join(folder, 'answers.sqlite')));
  run = beginRun(ledger.path);
});
afterEach(async () => {
  run.end();
  await rm(folder, { recursive: true, force: true });
});

async function written(judge: string, by: string = run.id) {
  const place = { judge, options: '{}', config: '[]', entry: 'one' };
  const batch = ledger.open(place, by, (mark) => join(folder, mark));
  const request = {
    key: randomBytes(32),
    part: 'only',
    prefill: undefined,
    image: 'a.png',
    usd: 1,
  };
  ledger.add(batch, request, undefined, (name) => writeFileSync(batch.file, `${name}\n`));
  ledger.change(batch, { state: 'sealed' });
  return batch;
}

/** @param reply what each vendor does with a submission */
function submitterWith(
  reply: (judge: string) => string | Error,
  find: () => Promise<string | undefined> = async () => undefined,
) {
  const sent: string[] = [];
  const said: string[] = [];
  const engines = (({ judge }: { judge: string }) => ({
    engine: {
      find,
      async submit() {
        sent.push(judge);
        const id = reply(judge);
        if (id instanceof Error) throw id;
        return id;
      },
    },
  })) as unknown as Engines;
  const submit = createSubmitter({
    ledger,
    engines,
    run,
    onSubmitted: (_, vendorId) => said.push(vendorId),
    onFailed: ({ message }) => said.push(message),
    looksMs: [1, 2, 3],
  });
  return { submit, sent, said };
}

const withStatus = (status: number, message: string) =>
  Object.assign(new Error(message), { status });
const states = () => ledger.batches('sealed', 'submitting', 'submitted').map(({ state }) => state);

it('asks a vendor that refuses only once, tells the writer, and goes on with the others', async () => {
  for (const judge of ['openai:x', 'openai:x', 'anthropic:y']) await written(judge);
  const { submit, sent, said } = submitterWith((judge) =>
    judge === 'openai:x' ? withStatus(401, 'the key is wrong') : 'batch_1',
  );
  await submit();
  await submit();
  expect(sent.toSorted()).toEqual(['anthropic:y', 'openai:x']);
  expect(said.toSorted()).toEqual(['batch_1', expect.stringContaining('the key is wrong')]);
  expect(states()).toEqual(['sealed', 'sealed', 'submitted']);
  const problem = ledger.problemOf(run.id, { judge: 'openai:x', options: '{}' });
  expect(problem).toContain('the key is wrong');

  // The next run begins anew.
  run.end();
  run = beginRun(ledger.path);
  const next = submitterWith(() => 'batch_2');
  await next.submit();
  expect(states()).toEqual(['submitted', 'submitted', 'submitted']);
  expect(ledger.problemOf(run.id, { judge: 'openai:x', options: '{}' })).toBeUndefined();
});

it('tries again after an outage, when the vendor has no such batch', async () => {
  await written('openai:x');
  let tries = 0;
  const { submit, said } = submitterWith(() => {
    tries += 1;
    return tries < 3 ? withStatus(503, 'overloaded') : 'batch_1';
  });
  await submit();
  expect(said).toEqual(['batch_1']);
});

it('leaves a batch that the vendor may have to whoever can find out', async () => {
  await written('openai:x');
  const { submit, said } = submitterWith(
    () => withStatus(503, 'overloaded'),
    async () => {
      throw new Error('still overloaded');
    },
  );
  await submit();
  expect(said[0]).toContain('still overloaded');
  expect(states()).toEqual(['submitting']);
});

it('finds a batch whose reply was lost and that the vendor lists a little late', async () => {
  await written('openai:x');
  let looks = 0;
  const { submit, sent, said } = submitterWith(
    () => new Error('socket hang up'),
    async () => {
      looks += 1;
      // Until it is known, nobody else may think that it was not sent.
      expect(states()).toEqual(['submitting']);
      return looks < 3 ? undefined : 'batch_late';
    },
  );
  await submit();
  expect(sent).toHaveLength(1);
  expect(said).toEqual(['batch_late']);
});

it('looks several times for what an interrupted run may have submitted, before it is sent again', async () => {
  const batch = await written('openai:x');
  const [sealed] = ledger.batches('sealed');
  if (sealed) ledger.change(sealed, { state: 'submitting', submitted_at_ms: Date.now() });
  let looks = 0;
  const { submit, sent, said } = submitterWith(
    () => 'batch_2',
    async () => {
      looks += 1;
      return looks < 3 ? undefined : 'batch_1';
    },
  );
  await submit();
  expect({ sent, said }).toEqual({ sent: [], said: ['batch_1'] });
  expect(ledger.batches('submitted').map(({ id }) => id)).toEqual([batch.id]);
});

it('leaves a batch that never got a reply to the next run, which looks for it first', async () => {
  await written('openai:x');
  const first = submitterWith(() => withStatus(503, 'overloaded'));
  await first.submit();
  expect(first.said[0]).toContain('overloaded');
  expect(states()).toEqual(['submitting']);
  run.end();
  run = beginRun(ledger.path);
  const next = submitterWith(
    () => 'batch_2',
    async () => 'batch_1',
  );
  await next.submit();
  expect({ sent: next.sent, said: next.said }).toEqual({ sent: [], said: ['batch_1'] });
});

it.each([
  ['a line too many', (file: string) => appendFile(file, '{}\n')],
  ['part of a line', (file: string) => appendFile(file, '{')],
  ['a line cut off', (file: string) => truncate(file, 3)],
])('forgets a batch whose file has %s', async (_, spoil) => {
  const { file } = await written('openai:x');
  await spoil(file);
  const { submit, sent, said } = submitterWith(() => 'batch_1');
  await submit();
  expect(sent).toEqual([]);
  expect(said).toEqual([expect.stringContaining('does not hold its 1 requests')]);
  expect(states()).toEqual([]);
});

it('leaves what a living run has written to that', async () => {
  const other = beginRun(ledger.path);
  await written('openai:x', other.id);
  const { submit, sent } = submitterWith(() => 'batch_1');
  await submit();
  expect(sent).toEqual([]);
  other.end();
  await submit();
  expect(sent).toEqual(['openai:x']);
});

it('forgets a batch whose file is gone, and goes on with the next', async () => {
  const gone = await written('openai:x');
  await rm(gone.file);
  await written('openai:x');
  const { submit, said } = submitterWith(() => 'batch_1');
  await submit();
  expect(said).toEqual([expect.stringContaining('is gone, so it is forgotten'), 'batch_1']);
  expect(states()).toEqual(['submitted']);
});
