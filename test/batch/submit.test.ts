import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStoreFile } from '../../src/answers/store-file.ts';
import { type BatchRecords, openBatchRecords } from '../../src/batch/batch-records.ts';
import type { Engines } from '../../src/batch/engines.ts';
import { beginRun, type Run } from '../../src/batch/running-command.ts';
import { splitBatch } from '../../src/batch/split-batch.ts';
import { createSubmitter } from '../../src/batch/submit.ts';

let folder: string;
let records: BatchRecords;
let run: Run;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-submit-'));
  records = openBatchRecords(openStoreFile(join(folder, 'answers.sqlite')));
  run = beginRun(records.path);
});
afterEach(async () => {
  run.end();
  await rm(folder, { recursive: true, force: true });
});

async function written(judge: string, by: string = run.id) {
  const place = { judge, options: '{}', config: '[]', entry: 'one' };
  const batch = records.open(place, by, (mark) => join(folder, mark));
  const request = {
    key: randomBytes(32),
    part: 'only',
    prefill: undefined,
    image: 'a.png',
    usd: 1,
  };
  records.add(batch, request, undefined, (name) => writeFileSync(batch.file, `${name}\n`));
  records.change(batch, { state: 'sealed' });
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
    records,
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
const states = () => records.batches('sealed', 'submitting', 'submitted').map(({ state }) => state);

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
  const problem = records.problemOf(run.id, { judge: 'openai:x', options: '{}' });
  expect(problem).toContain('the key is wrong');

  // The next run begins anew.
  run.end();
  run = beginRun(records.path);
  const next = submitterWith(() => 'batch_2');
  await next.submit();
  expect(states()).toEqual(['submitted', 'submitted', 'submitted']);
  expect(records.problemOf(run.id, { judge: 'openai:x', options: '{}' })).toBeUndefined();
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
  const [sealed] = records.batches('sealed');
  if (sealed) records.change(sealed, { state: 'submitting', submitted_at_ms: Date.now() });
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
  expect(records.batches('submitted').map(({ id }) => id)).toEqual([batch.id]);
});

it('leaves a batch that never got a reply to the next run, which looks for it first', async () => {
  await written('openai:x');
  const first = submitterWith(() => withStatus(503, 'overloaded'));
  await first.submit();
  expect(first.said[0]).toContain('overloaded');
  expect(states()).toEqual(['submitting']);
  run.end();
  run = beginRun(records.path);
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
  const other = beginRun(records.path);
  await written('openai:x', other.id);
  const { submit, sent } = submitterWith(() => 'batch_1');
  await submit();
  expect(sent).toEqual([]);
  other.end();
  await submit();
  expect(sent).toEqual(['openai:x']);
});

describe('a batch that is too large for its vendor', () => {
  /** One batch of so many requests. */
  const writtenWith = (requests: number) => {
    const place = { judge: 'openai:x', options: '{}', config: '[]', entry: 'one' };
    const batch = records.open(place, run.id, (mark) => join(folder, `${mark}requests.jsonl`));
    writeFileSync(batch.file, '');
    for (let number = 0; number < requests; number++) {
      const key = randomBytes(32);
      const request = { key, part: 'only', prefill: undefined, image: `${number}.png`, usd: 1 };
      records.add(batch, request, undefined, (name) => appendFileSync(batch.file, `${name}\n`));
    }
    records.change(batch, { state: 'sealed' });
    return batch;
  };

  /** A vendor that takes batches of at most so many lines, or those that it is told. */
  const vendorOf = (
    takes: number | ((lines: readonly string[]) => boolean),
    refusal = withStatus(413, 'too large'),
  ) => {
    const isTaken = (lines: readonly string[]) =>
      typeof takes === 'number' ? lines.length <= takes : takes(lines);
    const files: string[][] = [];
    const said: string[] = [];
    let refused = 0;
    const engines = (() => ({
      engine: {
        find: async () => undefined,
        async submit(file: string) {
          const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
          if (!isTaken(lines)) {
            refused += 1;
            throw refusal;
          }
          return `batch_${files.push(lines)}`;
        },
      },
    })) as unknown as Engines;
    const submit = createSubmitter({
      ...{ records, engines, run, looksMs: [1] },
      onSubmitted: () => {},
      onSplit: ({ requests }, parts) =>
        said.push(`${requests}: ${parts.map((part) => part.requests)}`),
      onFailed: ({ message }) => said.push(message),
    });
    return { submit, files, said, refused: () => refused };
  };

  it('is sent in parts, every request once and in its order, and costs what it did', async () => {
    const { mark } = writtenWith(100);
    const { submit, files, refused } = vendorOf(20);
    await submit();
    const names = records
      .batches('submitted')
      .flatMap(({ id }) => Array.from({ length: records.counts(id).waiting }, () => id));
    expect(names).toHaveLength(100);
    expect(files.flat()).toEqual(Array.from({ length: 100 }, (_, i) => `${mark}${i + 1}`));
    expect(records.spentUsd({ config: '[]', entry: 'one' })).toBe(100);
    // 100, 50 and 25 are refused, after which all are 12 at most.
    expect(refused()).toBe(3);
    expect(Math.max(...files.map((lines) => lines.length))).toBeLessThanOrEqual(12);
    expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
  });

  it('is not made ever smaller for one request that is too large by itself', async () => {
    const { mark } = writtenWith(64);
    // The first of all, so that nothing is taken before it is found.
    const tooLarge = `${mark}1`;
    const isTaken = (lines: readonly string[]) => !lines.includes(tooLarge);
    const { submit, files, said } = vendorOf(isTaken);
    await submit();
    expect(files.flat()).toHaveLength(63);
    expect(said.filter((line) => line.includes('0.png'))).toEqual([
      expect.stringContaining('the batch engine refuses the request for its size: too large'),
    ]);
    // 32, 16, 8, ... are what it is not in.
    expect(Math.max(...files.map((lines) => lines.length))).toBe(32);
    writtenWith(64);
    const later = vendorOf(isTaken);
    await later.submit();
    expect(later.files.map((lines) => lines.length)).toEqual([64]);
  });

  it('is searched for one request that is too large, where as many were taken before', async () => {
    writtenWith(64);
    const first = vendorOf(64);
    await first.submit();
    const { mark } = writtenWith(64);
    const { submit, files } = vendorOf((lines) => !lines.includes(`${mark}${64 + 40}`));
    await submit();
    expect(files.flat()).toHaveLength(63);
    expect(records.limitOf({ judge: 'openai:x', options: '{}' })).toBeUndefined();
  });

  it('leaves nothing of the file that it was, where an interruption left that', async () => {
    const { file } = writtenWith(4);
    const [batch] = records.batches('sealed');
    const whole = readFileSync(file);
    if (batch) await splitBatch(batch, 2, records);
    writeFileSync(file, whole);
    await vendorOf(2).submit();
    expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
  });

  it('makes later batches smaller before they are sent', async () => {
    writtenWith(8);
    await vendorOf(4).submit();
    writtenWith(8);
    const { submit, said, refused } = vendorOf(4);
    await submit();
    expect({ said, refused: refused() }).toEqual({ said: ['8: 4,4'], refused: 0 });
  });

  it('is sent in parts for words about its size, and not for a limit of tokens', async () => {
    writtenWith(4);
    const sized = vendorOf(2, withStatus(400, 'File is too large.'));
    await sized.submit();
    expect(sized.files).toHaveLength(2);
    writtenWith(1);
    const limited = vendorOf(0, withStatus(400, 'Enqueued token limit reached'));
    await limited.submit();
    expect(states()).toEqual(['submitted', 'submitted', 'sealed']);
    expect(limited.said[0]).toContain('submit again when that is mended');
  });

  it('stays as it was until its parts are complete, as when its file was cut off', async () => {
    const { file } = writtenWith(4);
    const [batch] = records.batches('sealed');
    await truncate(file, 3);
    if (batch) await expect(splitBatch(batch, 2, records)).rejects.toThrow('fewer than 4 requests');
    expect(records.batches('sealed').map(({ requests }) => requests)).toEqual([4]);
  });

  it('is not split by two commands', async () => {
    writtenWith(4);
    const [batch] = records.batches('sealed');
    if (!batch) throw new Error('no batch');
    await splitBatch(batch, 2, records);
    await expect(
      (async () => {
        writeFileSync(batch.file, 'a\nb\nc\nd\n');
        return splitBatch(batch, 2, records);
      })(),
    ).rejects.toThrow('another command has changed the batch');
    expect(records.batches('sealed').map(({ requests }) => requests)).toEqual([2, 2]);
  });
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
