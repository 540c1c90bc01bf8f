import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigError, parseConfig, parseData, unsetVariable } from '../common/config-error.ts';
import { promptNamed } from '../harness/prompt-label.ts';
import { withoutAnchors } from '../harness/render-prompt.ts';
import { MAIN_FIELD } from '../judges/reading/fields.ts';
import { bare } from '../judges/reading/labels.ts';
import { anchorSettings, anchorsSchema } from './anchors-schema.ts';
import { checkParts, contentSchema, IMAGES, type ImageName } from './content-parts.ts';
import { type PairSettings, pairFields, readPairSettings } from './pair-settings.ts';
import type { AnchorSettings } from './pick-anchors.ts';
import type { RowOutput } from './row-output.ts';
import { type Views, WHOLE_ALONE } from './views.ts';

/**
 * A prompt file: one method of asking, as a YAML file in `prompts/`.
 *
 * `content` is a list in the order of the message: `degraded` and `query` stand for the images,
 * every other item is text; `{image: query}` and `{text: ...}` say the same. A plain string means the
 * images first (degraded, query), then the text. Under `condition: pair` they are `first` and `second`: the query
 * image and an anchor, in both orders.
 * Under `condition: degraded`, a quality question that shows `degraded` alone rates the degraded copy
 * itself: so it measures priors, not images.
 */

const probability = z.number().min(0).max(1);

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
  system: z.string().min(1).exactOptional().describe('System message.'),
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
    scale: scaleSchema.exactOptional(),
  })
  .refine(
    ({ choices, scale }) => (choices === undefined) !== (scale === undefined),
    'exactly one of choices and scale is needed',
  )
  .superRefine(checkPrefill);

const similaritySchema = z
  .strictObject({ ...messageFields, choices: choicesSchema })
  .superRefine(checkPrefill);

const viewsSchema = z
  .strictObject({
    whole: z.boolean().default(true).describe('Whether the whole image is shown.'),
    crops: z.number().int().min(1).max(16).describe('How many pieces are shown, each by itself.'),
    side: z
      .number()
      .int()
      .min(32)
      .max(4096)
      .describe('Width and height of a piece, in pixels of the file.'),
  })
  .describe(
    'Pieces at their own resolution that are asked about beside the whole; the answers are averaged. Left out: the whole alone.',
  );

const dimensionsSchema = z
  .array(
    z
      .string()
      .regex(
        /^[a-z][\w -]{0,39}$/i,
        'must be a word or a few, of letters, digits, spaces, - and _',
      ),
  )
  .min(1)
  .max(12)
  .refine(
    (names) => new Set(names.map((name) => name.toLowerCase())).size === names.length,
    'a dimension stands there twice',
  )
  .refine(
    (names) => !names.some((name) => name.toLowerCase() === MAIN_FIELD),
    `"${MAIN_FIELD}" is what the question itself asks about; leave it out`,
  )
  .describe(
    'Further qualities, such as sharpness and noise, that the same reply rates in the same words or numbers. The reply is a JSON object then, and its answers are sampled. Each is a metric of its own.',
  );

/** The form with one wording, whose keys the reference lists. */
export const oneWordingSchema = z.strictObject({
  condition: z
    .enum(['degraded', 'none', 'contrast', 'pair'])
    .describe(
      '`degraded`: ask once per degraded copy. `none`: ask about the query image alone. `contrast`: ask about the query image alone and about each copy alone, and subtract on the logit scale. `pair`: ask which is better, the query image or each anchor, in both orders.',
    ),
  ...pairFields,
  quality: qualitySchema.describe(
    'The question; or a list of up to 16 wordings of it, with these keys each. Every wording is asked, and the answers are averaged.',
  ),
  similarity: similaritySchema
    .optional()
    .describe(
      'Asked per degraded copy; its answer weights the condition. Left out: uniform weights.',
    ),
  views: viewsSchema.optional(),
  anchors: anchorsSchema.optional(),
  dimensions: dimensionsSchema.optional(),
});

const wordingsSchema = oneWordingSchema.extend({ quality: z.array(qualitySchema).min(1).max(16) });

/**
 * As a file may be written.
 *
 * @example
 * promptFileSchema.safeParse({ condition: 'none' }).success; // false
 */
export const promptFileSchema = z.union([oneWordingSchema, wordingsSchema]);

/** A problem is told of the form that the file has. */
const schemaFor = (value: unknown) =>
  typeof value === 'object' && value !== null && 'quality' in value && Array.isArray(value.quality)
    ? wordingsSchema
    : oneWordingSchema;

export type MessagePart = { image: ImageName } | { text: string };

export interface PromptQuestion {
  system?: string;
  content: MessagePart[];
  /** As it is sent. */
  prefill?: string;
  choices?: { label: string; value: number }[];
  scale?: { min: number; max: number };
  /** Further qualities that the same reply rates. */
  dimensions?: string[];
}

/** A prompt file after reading: content as parts, choices as a list in the file's order. */
export interface PromptFile {
  condition: 'degraded' | 'none' | 'contrast' | 'pair';
  /** Under `condition: pair`, how. */
  pair?: PairSettings;
  /** Its wordings, at least one. */
  quality: PromptQuestion[];
  similarity?: PromptQuestion;
  views: Views;
  /** Images with known scores that the quality question shows, or images that the query image is compared with. */
  anchors?: AnchorSettings;
}

const shows = (content: readonly MessagePart[], image: ImageName): boolean =>
  content.some((part) => 'image' in part && part.image === image);

/** What the answers of a prompt file are about. */
export function methodOf({ condition, quality, pair }: PromptFile): RowOutput['method'] {
  if (pair) return pair.isUnderPrior ? 'debiased-pair' : 'pair';
  if (condition === 'none') return 'single-image';
  if (condition === 'contrast') return 'contrast';
  const showsQuery = quality.some(({ content }) => shows(content, 'query'));
  return showsQuery ? 'debiased' : 'prior';
}

/**
 * Reads a prompt as promptfoo hands it over: the JSON text of a YAML prompt file, its template
 * variables rendered.
 *
 * @param name how errors call it: promptfoo's label of the prompt; empty: it has none
 * @param template the text before its variables were rendered: what looks like one afterwards, and is none
 *   in the template, is what a row's var says
 * @throws ConfigError naming the prompt and the field
 * @example
 * const quality = { content: ['query', 'Good or poor?'], choices: { good: 1, poor: 0 } };
 * parsePromptFile(JSON.stringify({ condition: 'none', quality }), 'mine').condition; // 'none'
 */
export function parsePromptFile(text: string, name: string, template = text): PromptFile {
  const where = promptNamed(name);
  let value: unknown;
  try {
    value = JSON.parse(withoutAnchors(text));
  } catch (cause) {
    const broken = yamlProblem(text);
    throw new ConfigError(
      broken === undefined
        ? `${where}: not a prompt file, but the text "${text.slice(0, 60)}"; write the method as YAML, as in prompts/qdebias.yaml, and list it under prompts: as file://…`
        : `${where}${broken}; mend the YAML`,
      { cause },
    );
  }
  checkParts(value, where);
  const parse = unsetVariable(template) === undefined ? parseData : parseConfig;
  const file = parse(schemaFor(value), value, where);
  const { condition, similarity, views, anchors, dimensions } = file;
  const pair = readPairSettings(file, where);
  const shown = shownBy(condition, pair);
  if (!shown.includes('degraded') && similarity) {
    throw new ConfigError(
      `${where}: similarity: there is no degraded copy to compare with under condition: ${condition}; remove it or set ${condition === 'pair' ? 'prior' : 'condition'}: degraded`,
    );
  }
  const quality = Array.isArray(file.quality)
    ? file.quality.map((wording, index) =>
        readQuestion(
          wording,
          'quality',
          { condition, shown },
          `${where}: quality.${index}.content`,
        ),
      )
    : [readQuestion(file.quality, 'quality', { condition, shown }, `${where}: quality.content`)];
  checkWordings(quality, where);
  if (dimensions && condition === 'contrast') {
    throw new ConfigError(
      `${where}: dimensions: their answers are sampled, and condition: contrast needs token probabilities; remove one of the two`,
    );
  }
  if (!pair) checkAnchors({ condition, quality, anchors }, where);
  return {
    condition,
    ...(pair && { pair }),
    quality: dimensions ? quality.map((question) => ({ ...question, dimensions })) : quality,
    views: views ?? WHOLE_ALONE,
    ...(anchors && { anchors: anchorSettings(anchors, condition === 'pair') }),
    ...(similarity && {
      similarity: readQuestion(
        similarity,
        'similarity',
        // Whether image and copy show the same object.
        { condition: 'degraded', shown: ['degraded', 'query'] },
        `${where}: similarity.content`,
      ),
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

const ANCHOR_FIELD = /\{anchor\.(\w*)\}/g;
const ANCHOR_FIELDS: ReadonlySet<string> = new Set(['mos', 'percent']);

/** Anchors are shown where they are configured, and what is said of one stands right after it. */
function checkAnchors(
  {
    condition,
    quality,
    anchors,
  }: {
    condition: string;
    quality: readonly PromptQuestion[];
    anchors: { images?: unknown } | undefined;
  },
  where: string,
): void {
  const showing = quality.filter(({ content }) => shows(content, 'anchor')).length;
  if (anchors?.images !== undefined) {
    throw new ConfigError(
      `${where}: anchors.images: listed images have no scores that the question could say; take anchors.dataset, or set condition: pair, which compares with them`,
    );
  }
  if (anchors && condition === 'contrast') {
    throw new ConfigError(
      `${where}: anchors: under condition: contrast every image is asked about alone; remove anchors or set another condition`,
    );
  }
  if (anchors && showing < quality.length) {
    throw new ConfigError(
      `${where}: anchors: the quality question shows none; put anchor into its content${quality.length > 1 ? ', in every wording' : ''}`,
    );
  }
  if (!anchors && showing > 0) {
    throw new ConfigError(
      `${where}: quality.content shows anchor, and the file does not say where anchors come from; add anchors: {dataset: {format: …, config: …}, count: 5}`,
    );
  }
  for (const { content } of quality) {
    for (const [index, part] of content.entries()) {
      if (!('text' in part)) continue;
      const before = content[index - 1];
      const follows = before !== undefined && 'image' in before && before.image === 'anchor';
      for (const [text, field = ''] of part.text.matchAll(ANCHOR_FIELD)) {
        if (!ANCHOR_FIELDS.has(field)) {
          throw new ConfigError(
            `${where}: "${text}": of an anchor there are anchor.mos and anchor.percent`,
          );
        }
        if (!follows) {
          throw new ConfigError(
            `${where}: "${text}" stands in a text that does not follow anchor directly, so it is not known which anchor is meant`,
          );
        }
      }
    }
  }
}

/** Wordings of one question are averaged, so they are about the same image. */
function checkWordings(wordings: readonly PromptQuestion[], where: string): void {
  const showing = wordings.filter(({ content }) => shows(content, 'query')).length;
  if (showing > 0 && showing < wordings.length) {
    throw new ConfigError(
      `${where}: quality: ${wordings.length - showing} of ${wordings.length} wordings show the degraded copy alone, so their answers are about another image; show the query image in all of them or in none`,
    );
  }
}

/** What a question may show. */
interface Showing {
  condition: PromptFile['condition'];
  /** The images of a plain text, in their order. */
  shown: readonly ImageName[];
}

function shownBy(condition: PromptFile['condition'], pair: PairSettings | undefined): ImageName[] {
  if (pair) return [...(pair.isUnderPrior ? (['degraded'] as const) : []), 'first', 'second'];
  return condition === 'degraded' ? ['degraded', 'query'] : ['query'];
}

/** Outside of pairs, "first" is a word like any other. */
const namesUnder = (condition: PromptFile['condition']): readonly ImageName[] =>
  condition === 'pair' ? IMAGES : IMAGES.slice(0, 3);

function readQuestion(
  question: z.output<typeof qualitySchema>,
  kind: 'quality' | 'similarity',
  showing: Showing,
  where: string,
): PromptQuestion {
  const { choices, content, prefill, keepPrefillSpace, ...rest } = question;
  const names = namesUnder(showing.condition);
  const parts = (typeof content === 'string' ? [...showing.shown, content] : content).map(
    (part): MessagePart => {
      if (typeof part !== 'string') return part;
      const image = names.find((name) => name === part);
      return image ? { image } : { text: part };
    },
  );
  checkImages(parts, kind, showing, where);
  return {
    ...rest,
    content: parts,
    ...(prefill !== undefined && { prefill: keepPrefillSpace ? prefill : prefill.trimEnd() }),
    ...(choices && {
      choices: Object.entries(choices).map(([label, value]) => ({ label, value })),
    }),
  };
}

/** What is meant by `<query>`, `Query` and the like; a caption such as `First:` is a text. */
const bareName = (text: string): string =>
  /[:.,]\s*$/.test(text) && /first|second/i.test(text)
    ? ''
    : text.toLowerCase().replace(/[^a-z]/g, '');

type Times = 'nowhere' | 'once' | 'at most once';

function timesOf(
  image: ImageName,
  kind: 'quality' | 'similarity',
  { condition, shown }: Showing,
): Times {
  if (condition === 'pair') return shown.includes(image) ? 'once' : 'nowhere';
  const isDegraded = condition === 'degraded';
  const times: Record<ImageName, Times> = {
    degraded: isDegraded ? 'once' : 'nowhere',
    query: isDegraded && kind === 'quality' ? 'at most once' : 'once',
    anchor: kind === 'quality' ? 'at most once' : 'nowhere',
    first: 'nowhere',
    second: 'nowhere',
  };
  return times[image];
}

function checkImages(
  parts: readonly MessagePart[],
  kind: 'quality' | 'similarity',
  showing: Showing,
  where: string,
): void {
  const found = parts.flatMap((part) => ('image' in part ? [part.image] : []));
  const { condition, shown } = showing;
  const allowed = { nowhere: [0], once: [1], 'at most once': [0, 1] };
  for (const image of IMAGES) {
    const count = found.filter((name) => name === image).length;
    const times = timesOf(image, kind, showing);
    if (!allowed[times].includes(count)) {
      const prior =
        condition === 'pair' && image === 'degraded'
          ? ` and prior: ${shown.includes('degraded') ? 'degraded' : 'none'}`
          : '';
      throw new ConfigError(
        `${where}: "${image}" stands ${count} times in the list; under condition: ${condition}${prior} it must stand there ${times}`,
      );
    }
  }
  const misspelt = parts.find(
    (part) => 'text' in part && namesUnder(condition).some((name) => name === bareName(part.text)),
  );
  if (misspelt && 'text' in misspelt) {
    throw new ConfigError(
      `${where}: "${misspelt.text}" would be sent as a text; write ${bareName(misspelt.text)}, or {text: ...} around a longer sentence`,
    );
  }
  if (!parts.some((part) => 'text' in part)) {
    throw new ConfigError(`${where}: only images and no text; add the question`);
  }
}
