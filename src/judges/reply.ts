import type { Usage } from './answer.ts';

/** What the model is called where a reply names none. */
export const UNNAMED_MODEL = 'unknown';

/** What every paid reply tells beside its words. Replies are plain JSON: they are kept in the store. */
export interface ReplyFacts {
  /** The model's name as the vendor returned it; `UNNAMED_MODEL` where it returned none. */
  model: string;
  fingerprint?: string;
  /** The vendor's name for the reply; left out where it gives none. */
  id?: string;
  /** Left out where the endpoint does not say. */
  usage?: Usage;
  /** Left out where it came from a batch engine: that answers when it likes. */
  latencyMs?: number;
  /** It came from the vendor's batch engine. */
  batch?: true;
}

/** One sampled reply: its text, or why there is none, in the vendor's words. */
export interface Sample {
  text: string;
  refused?: string;
  /** It ended at the token limit. */
  cutOff?: boolean;
  /** It holds reasoning and no answer. */
  onlyReasoned?: boolean;
}

/** What one request for samples brought. */
export interface SampledReply extends ReplyFacts {
  /** At least one. */
  samples: Sample[];
  /** How many came, where some were errors and are no samples: the endpoint gives as many at once all the same. */
  came?: number;
}

/** How many replies one request brought. */
export const countCame = ({
  samples,
  came,
}: Pick<SampledReply, 'came'> & { samples: readonly unknown[] }): number => came ?? samples.length;
