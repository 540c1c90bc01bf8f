import { z } from 'zod';
import type { RowDesk } from '../answers/buyer.ts';
import { digest } from '../answers/store.ts';
import type { ImageFile } from '../images/source.ts';
import { BATCH_PRICE_SHARE } from '../judges/batch.ts';
import type { Answer, Judge, JudgeImage, Question } from '../judges/judge.ts';
import { type Setting, scoreImage } from '../score-image.ts';
import { type BatchWriter, createBatchWriter, currentConfig } from './batch-writer.ts';
import { type Ledger, openLedger } from './ledger.ts';

/** What a row added to the batches. */
export const rowBatchSchema = z.object({
  /** Requests written into a batch file. */
  written: z.number(),
  /** Requests that another row or an earlier batch has made already and that wait for their reply. */
  waiting: z.number(),
  /** Other configurations whose batches some of those wait in, as `CONFIG_VARIABLE` names them. */
  waitingFor: z.array(z.string()),
  /** Questions whose answers are in the store. */
  known: z.number(),
  /** Requests that failed for good in an earlier batch, and why. */
  failed: z.array(z.string()),
  /** What the written ones will cost, about, at the engine's price; null: unknown. */
  costUsd: z.number().nullable(),
});

export type RowBatch = z.output<typeof rowBatchSchema>;

/** Uploads are deleted by the vendor after a week, and a batch may take a day. */
const UPLOAD_REUSED_MS = 5 * 24 * 3_600_000;

export interface RowBatches {
  /** Writes what a row would ask and the store lacks into batch files. */
  write(
    file: ImageFile,
    setting: Omit<Setting, 'judge' | 'facts'>,
    desk: RowDesk,
  ): Promise<RowBatch>;
}

/**
 * @param entry.options `judgeOptions` as JSON
 * @param entry.name tells the provider entry apart from others of the configuration
 * @param entry.budgetUsd requests that would exceed it, together with what all batches of the entry cost, are
 *   refused
 * @throws Error on every row: the judge has no batch engine
 */
export function createRowBatches(
  judge: Judge,
  {
    options,
    budgetUsd,
    name,
  }: { options: string; budgetUsd: number | undefined; name: () => string },
): RowBatches {
  let open: { ledger: Ledger; writer: BatchWriter } | undefined;
  const { batch } = judge;
  return {
    async write(file, setting, desk) {
      const { store } = desk;
      if (!batch || !store) {
        throw new Error(
          `judge ${judge.id} has no batch engine; leave it out with --filter-providers`,
        );
      }
      if (!open) {
        const ledger = openLedger(store.database);
        const place = { judge: judge.id, options, entry: name() };
        open = { ledger, writer: createBatchWriter(ledger, batch, place) };
      }
      const { ledger, writer } = open;
      // Before any picture is made.
      writer.check();
      const config = currentConfig();
      const found: RowBatch = {
        ...{ written: 0, waiting: 0, known: 0, costUsd: 0 },
        ...{ failed: [], waitingFor: [] },
      };

      const uploadOnce = async (image: JudgeImage, upload: () => Promise<string>) => {
        const key = digest(['upload', judge.id, judge.identity, image.sha256, image.encoding]);
        return once(key, async () => {
          const known = ledger.upload(key, Date.now() - UPLOAD_REUSED_MS);
          if (known !== undefined) return known;
          const fileId = await upload();
          ledger.keepUpload(key, fileId);
          return fileId;
        });
      };

      const admit = (usd: number | undefined): void => {
        if (budgetUsd === undefined) return;
        const spentUsd = ledger.spentUsd({ config, entry: name() });
        if (spentUsd + (usd ?? 0) > budgetUsd) {
          throw new Error(
            `budgetUsd ${budgetUsd} would be exceeded: about ${spentUsd.toPrecision(4)} USD are spent or under way in all batches of this provider entry; raise budgetUsd and submit again, which submits nothing twice`,
          );
        }
      };

      const addWaiting = (key: Uint8Array, part: string): void => {
        found.waiting += 1;
        const configs = ledger.waitingIn(key, part).map((batch) => batch.config);
        const others = configs.filter((other) => other !== config);
        found.waitingFor = [...new Set([...found.waitingFor, ...others])];
      };

      const collect = async (question: Question): Promise<void> => {
        if (desk.isKept(question)) {
          found.known += 1;
          return;
        }
        const key = digest(desk.replyKeyOf(question));
        const isMissing = (part: string): boolean => {
          if (desk.hasReply(key, part)) return false;
          const earlier = ledger.find(key, part);
          if (earlier?.state === 'waiting') addWaiting(key, part);
          if (earlier?.state === 'failed') found.failed.push(`${file.name}: ${earlier.problem}`);
          // What is done and no longer in the store was cleared there.
          return earlier?.state !== 'waiting' && earlier?.state !== 'failed';
        };
        const all = batch.parts(question);
        const parts = all.filter(isMissing);
        if (parts.length === 0) return;
        const cost = desk.estimate(question).costUsd;
        const usd = cost === undefined ? undefined : (cost * BATCH_PRICE_SHARE) / all.length;
        let isKnownByNow = false;
        const requests = await batch.requests(question, uploadOnce);
        for (const request of requests.filter(({ part }) => parts.includes(part))) {
          const { prefill } = question;
          const outcome = await writer.add(
            { ...request, key, prefill, image: file.name, usd },
            {
              isKnown: () => desk.hasReply(key, request.part) || desk.isKept(question),
              admit: () => admit(usd),
            },
          );
          if (outcome === 'written') {
            found.written += 1;
            found.costUsd =
              usd === undefined || found.costUsd === null ? null : found.costUsd + usd;
          } else if (outcome === 'waiting') {
            addWaiting(key, request.part);
          } else {
            isKnownByNow = true;
          }
        }
        if (isKnownByNow && desk.isKept(question)) found.known += 1;
      };

      await scoreImage(file, {
        ...setting,
        facts: desk.facts,
        judge: {
          ...judge,
          ask: async (question) => {
            await collect(question);
            return placeholder(question);
          },
        },
      });
      return found;
    },
  };
}

const underWay = new Map<string, Promise<string>>();

/** Rows that need the same upload at the same time share it. */
function once(key: Uint8Array, make: () => Promise<string>): Promise<string> {
  const name = Buffer.from(key).toString('hex');
  const running = underWay.get(name);
  if (running) return running;
  const made = make().finally(() => underWay.delete(name));
  underWay.set(name, made);
  return made;
}

/** Lets the row go on to its next question; no score is made of it. */
function placeholder({ scale, choices = [] }: Question): Answer {
  const facts = { source: 'computed', model: '', latencyMs: 0, reused: false } as const;
  return scale
    ? { ...facts, value: scale.min }
    : { ...facts, probabilities: choices.map(() => 1 / choices.length) };
}
