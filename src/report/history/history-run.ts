import type { CorrelationAnswer } from '../../rows/correlation-row.ts';
import type { RankSettings } from '../run/rank-settings.ts';

/** A saved output, as far as its history goes. */
export interface HistoryRun {
  file: string;
  /** promptfoo's name of the evaluation; JSON Lines do not say it. */
  evalId: string | undefined;
  /** Of its results: promptfoo gives each one of its own, the same in every output. */
  ids: readonly string[];
  /** When the evaluation was begun, or the file written last. */
  date: Date;
  dateFrom: 'evaluation' | 'file';
  /** When the output was written. */
  exportedAt: Date | undefined;
  measurements: Measurement[];
}

/** What a run says of a column and a data set. */
export type Measurement = RankSettings & {
  dataset: string;
  /** Label of the provider, or its id. */
  provider: string;
  prompt: string;
} & (
    | {
        answer: CorrelationAnswer;
        /** Of this package. */
        version: string | undefined;
      }
    | { problem: string }
  );

/** A file that takes no part. */
export interface LeftOut {
  file: string;
  reason: string;
  /** Whether it may have held a run: such a file leaves open what the run would have said. */
  isBroken: boolean;
}
