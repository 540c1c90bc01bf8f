import { fieldsOf, MAIN_FIELD } from './fields.ts';

/**
 * What a reply itself says: models, and servers that do not take it off, put reasoning before the answer,
 * boxes around it, the beginning of the reply once more before it and their end tokens after it.
 */

/** A part of a text: from `start` up to, not including, `end`. */
export interface Span {
  start: number;
  end: number;
}

/** Some families write their own name, or a setting, beside it: `seed:think`, `longcat_think`, `think:opensource`. */
const REASONING = String.raw`(?:\w+[:_-])?(?:think|thinking|thoughts?|reason|reasoning|reflection|analysis|scratchpad)(?::\w+)?`;

/** Ends the reasoning: what stands behind the last one is the answer. */
const REASONING_END = new RegExp(
  [
    String.raw`<\s*/\s*${REASONING}\s*>`,
    // Mistral; Kimi; Gemma; MedGemma; Apertus.
    String.raw`\[/THINK\]`,
    '◁/think▷',
    '<channel\\|>',
    '<unused95>',
    String.raw`<\|inner_suffix\|>`,
    // Command A; open reasoning models; gpt-oss.
    String.raw`<\|(?:END_THINKING|end_of_thought|/think|/thinking)\|>`,
    String.raw`<\|channel\|>final[^<]*<\|message\|>`,
  ].join('|'),
  'gi',
);

/** Begins reasoning; where none of the above follows, there is no answer. */
const REASONING_BEGIN = new RegExp(
  String.raw`^\s*(?:<\s*${REASONING}(?:\s[^<>]*)?>|\[THINK\]|◁think▷|<\|channel>|<unused94>|<\|inner_prefix\|>|<\|(?:START_THINKING|begin_of_thought|think|thinking)\|>|<\|channel\|>(?:analysis|commentary))`,
  'i',
);

/** Pairs around the answer: GLM's box, tags of models trained with them, LaTeX. */
const BOXES: readonly (readonly [open: string, close: string])[] = [
  [String.raw`<\|begin_of_box\|>`, String.raw`<\|end_of_box\|>`],
  [String.raw`<\|begin_of_solution\|>`, String.raw`<\|end_of_solution\|>`],
  [String.raw`<\|START_RESPONSE\|>`, String.raw`<\|END_RESPONSE\|>`],
  ['<answer>', '</answer>'],
  ['<response>', '</response>'],
  // LLaVA-CoT.
  ['<conclusion>', '</conclusion>'],
];

/** A reply that is one element of another name, as `<final_answer>good</final_answer>`, and none that tells of something else. */
const ELEMENT =
  /^\s*<((?!summary|caption|description|question|input|prompt)[a-z][\w-]*)>([^<>]*)<\/\1>\s*$/di;

/** A block of code, in whichever language it says. */
const FENCE = /^\s*```[\w-]*\s*\n([\s\S]*?)\n?\s*```\s*$/d;
const LATEX_BOX = /\\(?:boxed|fbox)\s*\{((?:[^{}]|\{[^{}]*\})*)\}/dg;
const LATEX_TEXT = /^\s*\\(?:text[a-z]*|math[a-z]+|mbox|emph)\s*\{([^{}]*)\}[\s.]*$/d;

/** Begins the message of the assistant. */
const TURN_BEGIN =
  /^(?:\s*(?:<s>|<bos>|<pad>|assistant\s*(?::|\n)|<\|im_start\|>assistant\n?|<\|start_header_id\|>assistant<\|end_header_id\|>|<start_of_turn>model\n?|<\|(?:assistant|start|begin_of_text|message|CHATBOT_TOKEN|START_OF_TURN_TOKEN)\|>|<｜Assistant｜>))+/i;

/** Ends the message: ChatML, Llama, Gemma, Phi, gpt-oss, GLM, DeepSeek, Command. */
const TURN_END =
  /<\|(?:im_end|im_start|eot_id|eom_id|end_of_text|endoftext|end|return|eot|eos|assistant_end|user|observation|END_OF_TURN_TOKEN|start_header_id)\|>|<\/s>|<eos>|<eoa>|<seed:eos>|<pad>|\[e~\[|\[EOS\]|<end_of_turn>|<start_of_turn>|<turn\|>|<end_of_utterance>|<｜end[▁ ]of[▁ ]sentence｜>|\[\/?INST\]/i;

/** @param text what a token means; the end of a reply has no name at some servers */
export const isEndToken = (text: string): boolean =>
  text === '' || TURN_END.exec(text)?.[0] === text;

/** What else is written as marks are that no text holds; where the message ends, it ends it. */
const MARKS_AT_END = /(?:\s*<[|｜][^<>|｜\n]{1,40}[|｜]>)+\s*$/;

/** An object with one entry, in a fence or not: `{"answer": "good"}`, or as Python writes it. */
const JSON_ENTRY =
  /^\s*(?:```\w*\s*)?\{\s*(["'])(?:(?!\1)[^\\]|\\.)*\1\s*:\s*(?:(["'])((?:(?!\2)[^\\]|\\.)*)\2|(-?\d+(?:\.\d+)?))\s*,?\s*\}\s*(?:```)?\s*$/d;

/** The entry of an object of several that holds the answer; reasons stand in the others. */
const ANSWER_ENTRY =
  /"(?:final_?)?(?:answer|rating|score)"\s*:\s*(?:"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?))\s*(?=[,}])/dgi;

/** A character as JSON writes it in ASCII. */
const ESCAPED = /\\u([0-9a-f]{4})/gi;

/** `**Answer:** good`, `Score: 72`, `The answer is good.`, and as a heading: `### Final answer`. */
const ANNOUNCED =
  /^(?:\s*(?:#+\s*|\*\*)(?:final\s+)?answer\s*(?:\*\*)?\s*\n|[\s*_#]*(?:the\s+)?(?:final\s+|overall\s+|image\s+)*(?:(?:answer|rating|score|quality|conclusion|response|output|verdict|judge?ment|assessment)\s*[*_]*\s*[:：]|(?:answer|rating|score)\s+is(?:\s*[:：]|(?=[\s*_"'“‘(]))))[\s*_]*/i;

/**
 * Where in a reply its own words stand.
 *
 * @param begun how the reply was begun: some servers repeat it
 */
export function ownSpan(text: string, begun?: string): Span {
  const steps = [afterReasoning, withinTurn, afterBeginning(begun), inBox, inJson, afterAnnounced];
  let span = { start: 0, end: text.length };
  for (;;) {
    const before = span;
    for (const step of steps) {
      const { start, end } = step(text.slice(span.start, span.end));
      span = { start: span.start + start, end: span.start + end };
    }
    if (span.start === before.start && span.end === before.end) return span;
  }
}

/** The words of a reply that are its own, see `ownSpan`. */
export function ownWords(text: string, begun?: string): string {
  const { start, end } = ownSpan(text, begun);
  return unescaped(text.slice(start, end));
}

export const unescaped = (words: string): string =>
  words.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** Whether reasoning stands in a reply's content, whole or not. */
export const holdsReasoning = (text: string): boolean =>
  REASONING_BEGIN.test(text) || text.search(REASONING_END) >= 0;

const whole = (text: string): Span => ({ start: 0, end: text.length });

function afterReasoning(text: string): Span {
  const last = [...text.matchAll(REASONING_END)].at(-1);
  const start = last ? last.index + last[0].length : 0;
  const isOpen = REASONING_BEGIN.test(text.slice(start));
  return { start: isOpen ? text.length : start, end: text.length };
}

function withinTurn(text: string): Span {
  const start = TURN_BEGIN.exec(text)?.[0].length ?? 0;
  const words = text.slice(start);
  const end = (TURN_END.exec(words) ?? MARKS_AT_END.exec(words))?.index;
  return { start, end: end === undefined ? text.length : start + end };
}

const afterBeginning = (begun: string | undefined) => {
  const words = begun?.trim().split(/\s+/).map(escaped).join(String.raw`\s+`);
  const echo = words ? new RegExp(String.raw`^\s*${words}`, 'i') : undefined;
  return (text: string): Span => ({
    start: echo?.exec(text)?.[0].length ?? 0,
    end: text.length,
  });
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** What is boxed, if only one thing is; of a box that is half there, what is in it. */
function inBox(text: string): Span {
  for (const [open, close] of BOXES) {
    const boxed = onlyOne([
      ...text.matchAll(new RegExp(`${open}((?:(?!${open})[\\s\\S])*?)${close}`, 'dgi')),
    ]);
    if (boxed) return boxed;
    const opened = new RegExp(`^\\s*${open}`, 'i').exec(text);
    if (opened && !new RegExp(close, 'i').test(text)) {
      return { start: opened[0].length, end: text.length };
    }
    const closed = new RegExp(`${close}\\s*$`, 'i').exec(text);
    if (closed && !new RegExp(open, 'i').test(text)) return { start: 0, end: closed.index };
  }
  const latex = onlyOne([...text.matchAll(LATEX_BOX)]);
  if (latex) return latex;
  return (
    groupSpan(LATEX_TEXT.exec(text), 1) ??
    groupSpan(FENCE.exec(text), 1) ??
    groupSpan(ELEMENT.exec(text), 2) ??
    whole(text)
  );
}

function onlyOne(boxes: readonly RegExpExecArray[]): Span | undefined {
  const [first] = boxes;
  const isOne = boxes.every((box) => box[1]?.trim() === first?.[1]?.trim());
  return first && isOne ? groupSpan(first, 1) : undefined;
}

function inJson(text: string): Span {
  const entry = JSON_ENTRY.exec(text);
  if (entry) return groupSpan(entry, 3) ?? groupSpan(entry, 4) ?? whole(text);
  const among = answerEntry(text);
  return groupSpan(among, 1) ?? groupSpan(among, 2) ?? whole(text);
}

/** Two answers in one object leave open which of them counts, and with `MAIN_FIELD` it answers about dimensions. */
function answerEntry(text: string): RegExpExecArray | null {
  const fields = fieldsOf(text);
  if (!fields || fields.has(MAIN_FIELD)) return null;
  const [first, ...others] = text.matchAll(ANSWER_ENTRY);
  return first && others.length === 0 ? first : null;
}

const afterAnnounced = (text: string): Span => ({
  start: ANNOUNCED.exec(text)?.[0].length ?? 0,
  end: text.length,
});

function groupSpan(match: RegExpExecArray | null, group: number): Span | undefined {
  const range = match?.indices?.[group];
  return range && { start: range[0], end: range[1] };
}
