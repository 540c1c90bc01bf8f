import type { Gate } from '../../gate/read-gates.ts';
import type { RowOutput } from '../../method/row-output.ts';
import type { DatasetSource } from '../../rows/dataset-source.ts';
import type { Ratings } from '../../rows/ratings.ts';
import type { AnswerSummary } from './answer-summary.ts';
import type { Generated } from './generated-run.ts';
import type { RankSettings } from './rank-settings.ts';
import type { PairRow } from './read-pair.ts';

/** What a run measured: its columns, each with its image rows. */
export interface Run {
  columns: Column[];
  /** Pictures of other providers that `image-quality` has rated. */
  generated: Generated;
  /** Columns of providers that are none of this plugin, by name. */
  otherColumns: string[];
  /** Columns that the configuration of a saved output makes of its columns; see `withEnsembles`. */
  ensembles: EnsembleSettings[];
  /** promptfoo's names of the evaluations, in the order given. */
  evaluations: string[];
}

/** A column made of others, as the report's configuration lists it. */
export interface EnsembleSettings {
  name: string;
  /** Columns by their names in the leaderboard: `provider, prompt`. */
  of: readonly string[];
  /** `ranks`: mean of the places among the images. `scores`: mean of the scores in standard deviations. */
  combine: 'ranks' | 'scores';
}

/** A provider with a prompt, over all data sets. */
export interface Column {
  /** Label of the provider entry, or its id. */
  provider: string;
  /** promptfoo's label of the prompt. */
  prompt: string;
  /** The prompt file as JSON text, its variables not rendered. */
  promptText: string;
  /** Scores that the prompt's answers stand for, ascending; undefined where it asks for a number. */
  levels: number[] | undefined;
  settings: RankSettings;
  /** The first repetition of each row of the run, in the data set's order. */
  rows: ImageRow[];
  /** The first repetition of each pair row of the run. */
  pairs: PairRow[];
  /** Further repetitions of these: they cost, and no more. */
  pairRepetitions: PairRow[];
  /** Share of the pairs that must have an answer for figures over a data set of them, by its name; left out: all. */
  pairCoverage: ReadonlyMap<string, number>;
  /** Further repetitions under `--repeat`: they cost, but no correlation is taken over them. */
  repetitions: ImageRow[];
  /** Data sets over which no correlation may be taken, whatever their rows say: why, by name. */
  pooled: ReadonlyMap<string, string>;
  /** What it was made of, where it is an ensemble: nothing was asked for it. */
  ensemble?: { of: string[]; combine: 'ranks' | 'scores' };
  /** What `rank-correlation` said where it had a bound to hold; of a single evaluation only. */
  gates: Gate[];
}

/** An image row: scored, or not with a reason. */
export interface ImageRow {
  dataset: string;
  /** Path, for display. */
  image: string;
  /** Undefined where the row has none that is a number. */
  mos: number | undefined;
  group: string | undefined;
  /** What the data set says of the ratings behind its MOS. */
  ratings: Ratings | undefined;
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
  /** The contact sheet as a data URI, where promptfoo left it in the answer. */
  picture: string | undefined;
}
