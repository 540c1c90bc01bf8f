import type { OutputOfRow } from '../../harness/result-schema.ts';
import type { PictureQuality } from '../../rows/picture-quality.ts';
import type { AnswerSummary } from './answer-summary.ts';

/** What the assertions `image-quality` of a run rated: pictures that providers of promptfoo's made. */
export interface Generated {
  generators: Generator[];
  measures: Measure[];
}

/** A provider with a prompt template. */
export interface Generator {
  /** Label of the provider entry, or its id. */
  provider: string;
  /** promptfoo's label of the template. */
  template: string;
  /** One for each result, in the order of the tests. */
  pictures: Picture[];
}

/** What rates pictures: an `image-quality` of one configuration. */
export interface Measure {
  /** The same for the same configuration but for bounds. */
  key: string;
  /** As its configuration calls it, else judge and prompt file. */
  name: string;
  judge: string;
  /** Name of the prompt file. */
  prompt: string;
  /** Whether an answer may name a file of this machine. */
  allowFiles: boolean;
}

/** A result of a generator. */
export interface Picture {
  /** The vars of its test as canonical JSON: what pairs the pictures of several generators. */
  vars: string;
  /** The prompt as it was sent, or the vars; for display. */
  shown: string;
  /** What people say of it: of the picture, where its answer or somebody in the viewer says it, else of the test. */
  mos: number | undefined;
  mosOf: 'picture' | 'test';
  /** By measure. */
  rated: Map<string, Rating>;
  /** Where the picture is found again. */
  answer: OutputOfRow | undefined;
}

/** A picture's rating, or why it has none. */
export type Rating =
  | { quality: PictureQuality; answers: AnswerSummary }
  | { quality: undefined; problem: string };
