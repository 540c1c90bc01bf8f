import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import {
  clearStore,
  STORE_PARTS,
  type StorePart,
  summarizeStore,
} from '../../src/answers/contents.ts';
import { openStoreFile, storePath } from '../../src/answers/store-file.ts';
import { openBatchRecords } from '../../src/batch/batch-records.ts';
import { ConfigError } from '../../src/common/config-error.ts';
import { plainTable } from '../../src/common/plain-table.ts';
import { count, usd } from '../amounts.ts';

const BYTES_PER_MB = 1e6;

export function addCacheCommand(program: Command): void {
  const cache = program
    .command('cache')
    .summary('show or clear the answer store')
    .description(
      'Shows where the answer store lies, what it holds, and what its answers cost. It is a file of its own; PROMPTFOO_IQA_STORE names another one.',
    )
    .action(() => {
      process.stdout.write(`${show()}\n`);
    });
  cache
    .command('clear')
    .summary('delete what the store holds')
    .description(
      'Deletes answers, which are bought again when they are next needed, and what is known about images. One part alone: --pictures, --facts, or the answers of one judge.',
    )
    .option(
      '--pictures',
      'contact sheets, thumbnails and plots alone: most of the space, made again for nothing',
    )
    .option('--facts', 'what is known about images alone')
    .option('--judge <id>', 'the answers of one judge alone, as the configuration writes it')
    .action((options: { pictures?: true; facts?: true; judge?: string }) => {
      process.stdout.write(`${clear(options)}\n`);
    });
}

function show(): string {
  const path = storePath();
  if (!existsSync(path)) return `${path}: there is none yet`;
  const database = openStoreFile(path);
  try {
    const { judges, pictures, facts } = summarizeStore(database);
    const size = (statSync(path).size / BYTES_PER_MB).toFixed(1);
    return [
      `${path}: ${size} MB`,
      plainTable(
        ['judge', 'answers', 'replies', 'cost', 'first', 'last'],
        judges.map(({ judge, answers, replies, costUsd, firstMs, lastMs }) => [
          judge,
          count(answers),
          count(replies),
          usd(costUsd),
          day(firstMs),
          day(lastMs),
        ]),
      ),
      `${count(pictures.count)} pictures (${(pictures.bytes / BYTES_PER_MB).toFixed(1)} MB), ${count(facts)} facts about images`,
    ].join('\n');
  } finally {
    database.close();
  }
}

function clear({ pictures, facts, judge }: { pictures?: true; facts?: true; judge?: string }) {
  const path = storePath();
  if (!existsSync(path)) return `${path}: there is none yet`;
  const chosen: StorePart[] = [
    ...(pictures ? (['pictures'] as const) : []),
    ...(facts ? (['facts'] as const) : []),
    ...(judge !== undefined ? (['answers', 'replies'] as const) : []),
  ];
  const database = openStoreFile(path);
  try {
    // A reply that is cleared is to be had in a batch again.
    if (chosen.length === 0 || judge !== undefined) openBatchRecords(database).forgetSettled(judge);
    const deleted = clearStore(database, chosen.length > 0 ? chosen : STORE_PARTS, judge);
    if (judge !== undefined && deleted.answers === 0 && deleted.replies === 0) {
      const known = summarizeStore(database).judges.map((entry) => entry.judge);
      throw new ConfigError(
        known.length > 0
          ? `the store has no answers of "${judge}"; it has those of ${known.join(', ')}`
          : `the store has no answers, of "${judge}" or of any other judge`,
      );
    }
    const parts = Object.entries(deleted).map(([part, rows]) => `${count(rows)} ${part}`);
    return `${path}: deleted ${parts.join(', ')}`;
  } finally {
    database.close();
  }
}

const day = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);
