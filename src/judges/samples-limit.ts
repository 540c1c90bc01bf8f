/** Words, in lower case, by which an endpoint refuses a request for several samples at once. */
export const ABOUT_SAMPLES =
  /['"`]n['"`]|\[n\]|\bbody\.n\b|(?:^|[\s;])n: (?:extra|input)|\bn(_choices|_cmpl)?\)? (must|is|>|<|=|should|value|can|may|exceeds)|\bn ?[=>] ?\d|(?:parameter|argument|supported|permitted|allowed):? n\b|\(param: n\)|\bn ?(?:取值|必须)|only (one|a single|1) (completion|choice|candidate)|(multiple|number of|several) (choices|completions|candidates|samples)|candidate/;

/** How endpoints name the most that they give. */
const LIMITS: readonly RegExp[] = [
  /between \d+ and (\d+)/,
  /\[\s*\d+\s*,\s*(\d+)\s*\]/,
  /(?:at most|up to|no more than|(?:less|lower|smaller) than or equal to|not exceed|<=|≤|maximum(?: value)?(?: of| is|:)?|max(?: is|:)?|limit(?: of| is|:)?) ?(\d+)/,
];
/** Vertex AI: `from 1 (inclusive) to 9 (exclusive)`. */
const BELOW =
  /(?:less than|smaller than|<) ?(\d+)|to (\d+) \(exclusive\)|\[\s*\d+\s*,\s*(\d+)\s*\)/;

/**
 * How many samples an endpoint gives for one request, learnt from its refusal.
 *
 * @param words the endpoint's
 * @param asked how many were asked for
 * @returns fewer than `asked`, 1 where the endpoint names no number; undefined: it is no such refusal
 */
export function samplesLimit(words: string, asked: number): number | undefined {
  const text = words.toLowerCase();
  if (asked <= 1 || !ABOUT_SAMPLES.test(text)) return undefined;
  const named = LIMITS.map((limit) => limit.exec(text)?.[1]).find((found) => found !== undefined);
  const below = BELOW.exec(text)
    ?.slice(1)
    .find((found) => found !== undefined);
  const limit = named ? Number(named) : below ? Number(below) - 1 : 1;
  return limit >= 1 && limit < asked ? limit : 1;
}
