/** What a gate says: whether it holds, and a part of the sentence that is the reason. */
export interface Verdict {
  pass: boolean;
  phrase: string;
  /** Whether there was something to judge: a gate that could not be judged does not pass. */
  judged: boolean;
  /** Sentences after it: what a reader should know before trusting the number. */
  remarks: string[];
}
