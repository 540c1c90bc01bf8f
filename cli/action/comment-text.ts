import type { Verdict } from './run-gate.ts';

/** GitHub refuses a longer comment. */
const MAX_CHARACTERS = 65_536;

const SENTENCES: Record<Verdict, string> = {
  passed: 'passed',
  failed: 'failed: a gate does not hold, or a row is in error',
  broken: 'broken: promptfoo did not get as far as the images, so nothing was judged',
};

/**
 * The line by which a comment is found again. It stands first in it, and GitHub does not show it.
 *
 * @param name of the use of the action: one workflow may have several, each with its own comment
 */
export const markerOf = (name: string): string =>
  `<!-- promptfoo-iqa: ${encodeURIComponent(name)} -->`;

/**
 * A comment for a pull request: the verdict, where the report lies, and below it what the run measured.
 *
 * @param measured Markdown; undefined: the run has left no results
 * @returns at most 65,536 characters; what does not fit is left out, and that is said
 */
export function commentText({
  name,
  verdict,
  commit,
  pageUrl,
  measured,
}: {
  name: string;
  verdict: Verdict;
  commit: string;
  pageUrl: string;
  measured: string | undefined;
}): string {
  const head = [
    markerOf(name),
    `**Image quality gate ${SENTENCES[verdict]}**`,
    `Commit ${commit.slice(0, 12)}. [Log, report and results](${pageUrl})`,
  ].join('\n\n');
  if (measured === undefined) return `${head}\n`;
  const room = MAX_CHARACTERS - head.length - TOO_LONG.length - 8;
  const text = withoutReferences(measured);
  if (text.length <= room) return `${head}\n\n${text}`;
  // Cut between lines, so that no table's row or character is cut through.
  return `${head}\n\n${text.slice(0, text.lastIndexOf('\n', room))}\n\n${TOO_LONG}\n`;
}

const TOO_LONG = 'The rest does not fit into a comment; the report has all of it.';

/** A file's or a model's name with an `@` in it must not call anybody, and `#7` or `GH-7` in an error not name an issue. */
const withoutReferences = (markdown: string): string =>
  markdown.replaceAll('@', '@<!-- -->').replaceAll(/(#|\bGH-)(?=\d)/gi, '$1<!-- -->');
