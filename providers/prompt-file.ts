import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigError, parseConfig, parseData, unsetVariable } from './config-error.ts';
import { bare } from './judges/reading/labels.ts';
import type { RowOutput } from './row-output.ts';

/**
 * A prompt file: one method of asking, as a YAML file in `prompts/`.
 *
 * `content` is a list in the order of the message: `degraded` and `query` stand for the images,
 * every other item is text. A plain string means the images first (degraded, query), then the text.
 * Under `condition: degraded`, a quality question that shows `degraded` alone rates the degraded copy
 * itself: so it measures priors, not images.
 */

const probability = z.number().min(0).max(1);

const contentSchema = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .describe(
    'Message parts in order: `degraded`, `query` (images) or text. A string: images first.',
  );

const choicesSchema = z
  .record(z.string().min(1), probability)
  .refine((choices) => Object.keys(choices).length >= 2, 'at least two choices are needed')
  .refine(
    (choices) => Object.keys(choices).every((label) => bare(label) !== ''),
    'a choice has no letter or digit, so replies cannot be told apart',
  )
  .refine(
    (choices) => new Set(Object.keys(choices).map(bare)).size === Object.keys(choices).length,
    'two choices differ in case or in the marks around them only, so replies cannot be told apart',
  )
  .refine(
    (choices) => new Set(Object.values(choices)).size > 1,
    'all choices stand for the same score, so no answer could tell images apart',
  )
  .describe('Possible answers, each with the score it stands for (0..1).');

const scaleSchema = z
  .strictObject({ min: z.number(), max: z.number() })
  .refine(({ min, max }) => min < max, 'min must be below max');

const messageFields = {
  system: z.string().min(1).optional().describe('System message.'),
  content: contentSchema,
  prefill: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The beginning of the model's reply, where the endpoint continues a begun message. It is sent without the space at its end: with it many vocabularies spell `poor` in two tokens and `good` in one.",
    ),
  keepPrefillSpace: z
    .boolean()
    .optional()
    .describe("Sends the space at the end of `prefill` too, as the paper's script does."),
};

/** What there is to say about a reply's beginning; undefined: nothing. */
function prefillProblem({ prefill, keepPrefillSpace }: Beginning): string | undefined {
  if (prefill !== undefined && prefill.trim() === '') {
    return 'prefill: only spaces, which begin no reply';
  }
  const isSpaced = prefill !== undefined && prefill !== prefill.trimEnd();
  return keepPrefillSpace && !isSpaced
    ? 'keepPrefillSpace: there is no space at the end of prefill to keep; remove it or add the space'
    : undefined;
}

type Beginning = { prefill?: string | undefined; keepPrefillSpace?: boolean | undefined };

function checkPrefill(question: Beginning, context: z.core.$RefinementCtx): void {
  const message = prefillProblem(question);
  if (message !== undefined) context.addIssue({ code: 'custom', message, input: question });
}

const qualitySchema = z
  .strictObject({
    ...messageFields,
    choices: choicesSchema.optional(),
    scale: scaleSchema.optional(),
  })
  .refine(
    ({ choices, scale }) => (choices === undefined) !== (scale === undefined),
    'exactly one of choices and scale is needed',
  )
  .superRefine(checkPrefill);

const similaritySchema = z
  .strictObject({ ...messageFields, choices: choicesSchema })
  .superRefine(checkPrefill);

export const promptFileSchema = z.strictObject({
  condition: z
    .enum(['degraded', 'none'])
    .describe('`degraded`: ask once per degraded copy. `none`: ask about the query image alone.'),
  quality: qualitySchema,
  similarity: similaritySchema
    .optional()
    .describe(
      'Asked per degraded copy; its answer weights the condition. Left out: uniform weights.',
    ),
});

export type MessagePart = { image: 'degraded' | 'query' } | { text: string };

export interface PromptQuestion {
  system?: string;
  content: MessagePart[];
  /** As it is sent. */
  prefill?: string;
  choices?: { label: string; value: number }[];
  scale?: { min: number; max: number };
}

/** A prompt file after reading: content as parts, choices as a list in the file's order. */
export interface PromptFile {
  condition: 'degraded' | 'none';
  quality: PromptQuestion;
  similarity?: PromptQuestion;
}

/** What the answers of a prompt file are about. */
export function methodOf({ condition, quality }: PromptFile): RowOutput['method'] {
  if (condition === 'none') return 'single-image';
  const showsQuery = quality.content.some((part) => 'image' in part && part.image === 'query');
  return showsQuery ? 'debiased' : 'prior';
}

/**
 * Reads a prompt as promptfoo hands it over: the JSON text of a YAML prompt file, its template
 * variables rendered.
 *
 * @param name how errors call it: promptfoo's label of the prompt
 * @param template the text before its variables were rendered: what looks like one afterwards, and is none
 *   in the template, is what a row's var says
 * @throws ConfigError naming the prompt and the field
 */
export function parsePromptFile(text: string, name: string, template = text): PromptFile {
  const where = `prompt ${promptFileName(name)}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const broken = yamlProblem(text);
    throw new ConfigError(
      broken === undefined
        ? `${where}: not a prompt file, but the text "${text.slice(0, 60)}"; write the method as YAML, as in prompts/qdebias.yaml, and list it under prompts: as file://…`
        : `${where}${broken}; mend the YAML`,
      { cause },
    );
  }
  const parse = unsetVariable(template) === undefined ? parseData : parseConfig;
  const file = parse(promptFileSchema, value, where);
  const { condition, similarity } = file;
  if (condition === 'none' && similarity) {
    throw new ConfigError(
      `${where}: similarity: there is no second image to compare with under condition: none; remove it or set condition: degraded`,
    );
  }
  return {
    condition,
    quality: readQuestion(file.quality, 'quality', condition, `${where}: quality.content`),
    ...(similarity && {
      similarity: readQuestion(similarity, 'similarity', condition, `${where}: similarity.content`),
    }),
  };
}

/**
 * Where a YAML text stops being one: promptfoo hands over the text of a file that it cannot parse as it
 * stands.
 *
 * @returns undefined where it is YAML, as any sentence is
 */
function yamlProblem(text: string): string | undefined {
  const [error] = parseDocument(text).errors;
  // A question on one line may hold a colon and be no YAML.
  if (!error || !text.trim().includes('\n')) return undefined;
  const [start] = error.linePos ?? [];
  const reason = error.message.split(/ at line \d+|\n/)[0];
  return `${start ? `, line ${start.line}, column ${start.col}` : ''}: ${reason}`;
}

export type PromptReader = typeof parsePromptFile;

/** `parsePromptFile`, but a prompt whose text is the same as in the row before is not read again. */
export function promptReader(): PromptReader {
  const latest = new Map<string, { text: string; file: PromptFile }>();
  return (text, name, template) => {
    const known = latest.get(name);
    if (known?.text === text) return known.file;
    const file = parsePromptFile(text, name, template);
    latest.set(name, { text, file });
    return file;
  };
}

function readQuestion(
  question: z.output<typeof qualitySchema>,
  kind: 'quality' | 'similarity',
  condition: PromptFile['condition'],
  where: string,
): PromptQuestion {
  const { choices, content, prefill, keepPrefillSpace, ...rest } = question;
  const images = condition === 'degraded' ? ['degraded', 'query'] : ['query'];
  const parts = (typeof content === 'string' ? [...images, content] : content).map(
    (part): MessagePart =>
      part === 'degraded' || part === 'query' ? { image: part } : { text: part },
  );
  checkImages(parts, kind, condition, where);
  return {
    ...rest,
    content: parts,
    ...(prefill !== undefined && { prefill: keepPrefillSpace ? prefill : prefill.trimEnd() }),
    ...(choices && {
      choices: Object.entries(choices).map(([label, value]) => ({ label, value })),
    }),
  };
}

function checkImages(
  parts: readonly MessagePart[],
  kind: 'quality' | 'similarity',
  condition: PromptFile['condition'],
  where: string,
): void {
  const found = parts.flatMap((part) => ('image' in part ? [part.image] : []));
  const isDegraded = condition === 'degraded';
  const wanted = {
    degraded: isDegraded ? 'once' : 'nowhere',
    query: isDegraded && kind === 'quality' ? 'at most once' : 'once',
  };
  const allowed = { nowhere: [0], once: [1], 'at most once': [0, 1] };
  for (const image of ['degraded', 'query'] as const) {
    const count = found.filter((name) => name === image).length;
    const times = wanted[image] as keyof typeof allowed;
    if (!allowed[times].includes(count)) {
      throw new ConfigError(
        `${where}: "${image}" stands ${count} times in the list; under condition: ${condition} it must stand there ${times}`,
      );
    }
  }
  if (!parts.some((part) => 'text' in part)) {
    throw new ConfigError(`${where}: only images and no text; add the question`);
  }
}

/** promptfoo labels a prompt read from a file `<path>: <beginning of its text>`; a broken one's text is as it stands. */
export const promptFileName = (label: string): string =>
  label.replace(/(?<=\.ya?ml): [\s\S]*$|: \{[\s\S]*$/, '');
