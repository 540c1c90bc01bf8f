import type { CallApiContextParams } from 'promptfoo';
import { filledIn, isLiteral, literalVars, unshielded } from './literal-text.ts';
import { mentionsAnchors, renderPrompt } from './render-prompt.ts';
import { mentionsPlace, placedVars, problemOf } from './row-place.ts';
import { isParsedPrompt } from './suite.ts';

/** A row as a provider is called with it. */
export interface CalledRow {
  /** As they were written or found, with data set and group. */
  vars: Record<string, unknown>;
  /** Whether a data set's loader found the vars, so that no text in them is a template. */
  isLiteral: boolean;
  metadata: Record<string, unknown> | undefined;
  /** What is wrong with the row, in one line. */
  problem: string | undefined;
  /** With the vars filled in. */
  prompt: string;
}

/**
 * What promptfoo calls a provider for. `context.vars` is what it made of the row's vars: `file://` images are
 * replaced by their bytes there, so the test's own vars count.
 *
 * @param given the prompt, as the provider is given it
 */
export function calledRow(given: string, context: CallApiContextParams): CalledRow {
  const { vars: made, test, filters } = context;
  const vars: Record<string, unknown> = { ...made, ...test?.vars };
  const metadata: Record<string, unknown> | undefined = test?.metadata;
  const isFound = isLiteral(metadata);
  const row = { vars: literalVars({ vars, metadata }), metadata };
  const placed = placedVars(row);
  const { raw } = context.prompt;
  // promptfoo has rendered what is said of anchors, or of what metadata holds, as nothing.
  const prompt =
    mentionsAnchors(raw) || (isParsedPrompt(raw) && mentionsPlace(raw, row))
      ? renderPrompt(raw, filledIn(placed, isFound), filters)
      : given;
  return {
    vars: placed,
    isLiteral: isFound,
    metadata,
    problem: problemOf(row),
    prompt: isFound ? unshielded(prompt) : prompt,
  };
}
