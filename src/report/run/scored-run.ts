import type { DatasetSource } from '../../providers/dataset-source.ts';
import type { RowOutput } from '../../providers/row-output.ts';
import type { RankSettings } from './result-schema.ts';

/** What a run measured: its columns, each with its image rows. */
export interface Run {
  columns: Column[];
  /** Columns of providers that are none of this plugin, by name. */
  otherColumns: string[];
  /** promptfoo's names of the evaluations, in the order given. */
  evaluations: string[];
}

/** A provider with a prompt, over all data sets. */
export interface Column {
  /** Label of the provider entry, or its id. */
  provider: string;
  /** promptfoo's label of the prompt. */
  prompt: string;
  /** The prompt file as JSON text, its variables not rendered. */
  promptText: string;
  settings: RankSettings;
  /** The first repetition of each row of the run, in the data set's order. */
  rows: ImageRow[];
  /** Further repetitions under `--repeat`: they cost, but no correlation is taken over them. */
  repetitions: ImageRow[];
  /** Data sets over which no correlation may be taken, whatever their rows say: why, by name. */
  pooled: ReadonlyMap<string, string>;
  /** What `rank-correlation` said where it had a bound to hold; of a single evaluation only. */
  gates: Gate[];
}

/** What one `rank-correlation` said of a data set. */
export interface Gate {
  dataset: string;
  passed: boolean;
  /** Whether it was held against something. */
  judged: boolean;
  /** The sentence with all of its remarks. */
  reason: string;
  sentence: string;
  remarks: string[];
  /** Under `--repeat`, the repetitions that it was said of, from 1; left out: all of them. */
  repetitions?: number[];
}

/** An image row: scored, or not with a reason. */
export interface ImageRow {
  dataset: string;
  /** Path, for display. */
  image: string;
  /** Undefined where the row has none that is a number. */
  mos: number | undefined;
  group: string | undefined;
  /** What the data set says of its image: `family: jpeg`. */
  tags: Readonly<Record<string, string>>;
  /** What the data set's scores are, where they are no opinions of people. */
  truth: string | undefined;
  /** How its MOS comes from the score in the file, where it is not the same. */
  direction: string | undefined;
  scored: ScoredPart | undefined;
  /** Why there is no score. */
  error: string | undefined;
  answers: AnswerSummary;
  /** Undefined for tests written by hand. */
  source: DatasetSource | undefined;
}

export interface ScoredPart {
  /** SHA-256 (hex) of the image file. */
  sha256: string;
  /** Under the weights of the column's `rank-correlation`. */
  score: number;
  /** As the provider answered. */
  output: RowOutput;
  /** Of the image file, in pixels. */
  size: { width: number; height: number };
  /** What must be the same for scores to be comparable, by name. */
  setting: Readonly<Record<string, unknown>>;
  versions: Readonly<Record<string, string>>;
  picture: { data: string } | { blob: string } | undefined;
}

/** The answers that were bought or found for a row, with a score or without. */
export interface AnswerSummary {
  models: string[];
  /** Answers drawn per question, where they were samples. */
  samples: number[];
  /** Of quality questions: how many words they could be answered with. */
  choices: number[];
  /** Samples that were none of the choices. */
  invalid: number;
  bought: number;
  reused: number;
  /** Replies that brought no answer, and were paid for. */
  unusable: number;
  /** Of all answers and unusable replies whose price is known, whenever they were bought. */
  costUsd: number;
  /** The part of it that this evaluation paid. */
  paidUsd: number;
  /** Answers and unusable replies whose price is unknown. */
  unpriced: number;
  /** Of each answer, as it was when it was bought. */
  latenciesMs: number[];
}
