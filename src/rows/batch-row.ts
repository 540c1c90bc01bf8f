import { z } from 'zod';
import { digest } from '../answers/store.ts';
import { type BatchRecords, openBatchRecords } from '../batch/batch-records.ts';
import { type BatchWriter, createBatchWriter, currentConfig } from '../batch/batch-writer.ts';
import { uploadRecords } from '../batch/upload-records.ts';
import { significant } from '../common/significant.ts';
import type { ImageFile } from '../images/image-file.ts';
import type { Judge } from '../judges/judge.ts';
import type { Question } from '../judges/question.ts';
import { createUploadOnce, type UploadOnce } from '../judges/upload-once.ts';
import { planOf, walkPlan } from '../method/plan.ts';
import { prepareImage } from '../method/prepare-image.ts';
import type { Setting } from '../method/score-image.ts';
import type { RowAsking } from './row-asking.ts';

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

export interface RowBatches {
  /** Writes what a row would ask and the store lacks into batch files. */
  write(
    file: ImageFile,
    setting: Pick<Setting, 'prompt' | 'anchors' | 'config' | 'pool' | 'limitConditions'>,
    asking: RowAsking,
  ): Promise<RowBatch>;
  /**
   * The same of given questions.
   *
   * @param name what results call the row
   * @param questions made once it is known that they can be written
   */
  writeQuestions(
    name: string,
    questions: () => Promise<readonly Question[]>,
    asking: RowAsking,
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
  let open: { records: BatchRecords; writer: BatchWriter; uploadOnce: UploadOnce } | undefined;
  const { batch } = judge;
  /** Writes questions about one row, and counts them. */
  const collector = (asking: RowAsking, image: string) => {
    const { store } = asking;
    if (!batch || !store) {
      throw new Error(
        `judge ${judge.id} has no batch engine; leave it out with --filter-providers`,
      );
    }
    if (!open) {
      const records = openBatchRecords(store.database);
      const place = { judge: judge.id, options, entry: name() };
      open = {
        records,
        writer: createBatchWriter(records, batch, place),
        uploadOnce: createUploadOnce(uploadRecords(records, judge)),
      };
    }
    const { records, writer, uploadOnce } = open;
    // Before any picture is made.
    writer.check();
    const config = currentConfig();
    const found: RowBatch = {
      ...{ written: 0, waiting: 0, known: 0, costUsd: 0 },
      ...{ failed: [], waitingFor: [] },
    };

    const admit = (usd: number | undefined): void => {
      if (budgetUsd === undefined) return;
      const spentUsd = records.spentUsd({ config, entry: name() });
      if (spentUsd + (usd ?? 0) > budgetUsd) {
        throw new Error(
          `budgetUsd ${budgetUsd} would be exceeded: about ${significant(spentUsd, 4)} USD are spent or under way in all batches of this provider entry; raise budgetUsd and submit again, which submits nothing twice`,
        );
      }
    };

    const addWaiting = (key: Uint8Array, part: string): void => {
      found.waiting += 1;
      const configs = records.waitingIn(key, part).map((batch) => batch.config);
      const others = configs.filter((other) => other !== config);
      found.waitingFor = [...new Set([...found.waitingFor, ...others])];
    };

    const collect = async (question: Question): Promise<void> => {
      if (asking.isKept(question)) {
        found.known += 1;
        return;
      }
      const key = digest(asking.replyKeyOf(question));
      const isMissing = (part: string): boolean => {
        if (asking.hasReply(key, part)) return false;
        const earlier = records.find(key, part);
        if (earlier?.state === 'waiting') addWaiting(key, part);
        if (earlier?.state === 'failed') found.failed.push(`${image}: ${earlier.problem}`);
        // What is done and no longer in the store was cleared there.
        return earlier?.state !== 'waiting' && earlier?.state !== 'failed';
      };
      const all = batch.parts(question);
      const parts = all.filter(isMissing);
      if (parts.length === 0) return;
      const cost = asking.estimate(question).costUsd;
      const usd = cost === undefined ? undefined : (cost * batch.engine.priceShare) / all.length;
      let isKnownByNow = false;
      const requests = await batch.requests(question, uploadOnce);
      for (const request of requests.filter(({ part }) => parts.includes(part))) {
        const { prefill } = question;
        const outcome = await writer.add(
          { ...request, key, prefill, image, usd },
          {
            isKnown: () => asking.hasReply(key, request.part) || asking.isKept(question),
            admit: () => admit(usd),
          },
        );
        if (outcome === 'written') {
          found.written += 1;
          found.costUsd = usd === undefined || found.costUsd === null ? null : found.costUsd + usd;
        } else if (outcome === 'waiting') {
          addWaiting(key, request.part);
        } else {
          isKnownByNow = true;
        }
      }
      if (isKnownByNow && asking.isKept(question)) found.known += 1;
    };
    return { found, collect };
  };
  return {
    async write(file, setting, asking) {
      const { found, collect } = collector(asking, file.name);
      const { prompt, anchors, config: asked, limitConditions } = setting;
      const image = await prepareImage(file, {
        ...{ ...setting, judge, facts: asking.facts, views: prompt.views, withPictures: false },
      });
      const plan = planOf(
        file.name,
        prompt,
        { ...image, ...(anchors && { anchors }) },
        asked.conditions,
      );
      await walkPlan(plan, limitConditions, async ({ questions }) => {
        const writing = await Promise.allSettled(
          questions.map(({ question }) => collect(question)),
        );
        for (const outcome of writing) if (outcome.status === 'rejected') throw outcome.reason;
      });
      return found;
    },
    async writeQuestions(name, questions, asking) {
      const { found, collect } = collector(asking, name);
      const writing = await Promise.allSettled((await questions()).map(collect));
      for (const outcome of writing) if (outcome.status === 'rejected') throw outcome.reason;
      return found;
    },
  };
}
