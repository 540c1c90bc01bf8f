/**
 * What a reply itself says: models, and servers that do not take it off, put reasoning before the answer,
 * boxes around it, the beginning of the reply once more before it and their end tokens after it.
 */

/** A part of a text: from `start` up to, not including, `end`. */
export interface Span {
  start: number;
  end: number;
}

const REASONING = 'think|thinking|thoughts?|reason|reasoning|analysis|seed:think|longcat_think';

/** Ends the reasoning: what stands behind the last one is the answer. */
const REASONING_END = new RegExp(
  [
    `</(?:${REASONING})>`,
    // Mistral; Kimi; Gemma.
    String.raw`\[/THINK\]`,
    '◁/think▷',
    '<channel\\|>',
    // Command A; open reasoning models; gpt-oss.
    String.raw`<\|(?:END_THINKING|end_of_thought|/think|/thinking)\|>`,
    String.raw`<\|channel\|>final[^<]*<\|message\|>`,
  ].join('|'),
  'gi',
);

/** Begins reasoning; where none of the above follows, there is no answer. */
const REASONING_BEGIN = new RegExp(
  String.raw`^\s*(?:<(?:${REASONING})>|\[THINK\]|◁think▷|<\|channel>|<\|(?:START_THINKING|begin_of_thought|think|thinking)\|>|<\|channel\|>(?:analysis|commentary))`,
  'i',
);

/** Pairs around the answer: GLM's box, tags of models trained with them, LaTeX. */
const BOXES: readonly (readonly [open: string, close: string])[] = [
  [String.raw`<\|begin_of_box\|>`, String.raw`<\|end_of_box\|>`],
  [String.raw`<\|begin_of_solution\|>`, String.raw`<\|end_of_solution\|>`],
  [String.raw`<\|START_RESPONSE\|>`, String.raw`<\|END_RESPONSE\|>`],
  ['<answer>', '</answer>'],
  ['<response>', '</response>'],
];
const LATEX_BOX = /\\boxed\s*\{((?:[^{}]|\{[^{}]*\})*)\}/dg;
const LATEX_TEXT = /^\s*\\(?:text|textbf|textit|mathrm|mathbf)\s*\{([^{}]*)\}\s*$/d;

/** Begins the message of the assistant. */
const TURN_BEGIN =
  /^(?:\s*(?:<s>|<bos>|<pad>|assistant\s*(?::|\n)|<\|im_start\|>assistant\n?|<\|start_header_id\|>assistant<\|end_header_id\|>|<start_of_turn>model\n?|<\|(?:assistant|start|begin_of_text|message|CHATBOT_TOKEN|START_OF_TURN_TOKEN)\|>|<｜Assistant｜>))+/i;

/** Ends the message: ChatML, Llama, Gemma, Phi, gpt-oss, GLM, DeepSeek, Command. */
const TURN_END =
  /<\|(?:im_end|im_start|eot_id|eom_id|end_of_text|endoftext|end|return|eot|eos|assistant_end|user|observation|END_OF_TURN_TOKEN|start_header_id)\|>|<\/s>|<eos>|<seed:eos>|<pad>|\[e~\[|<end_of_turn>|<start_of_turn>|<turn\|>|<end_of_utterance>|<｜end▁of▁sentence｜>|\[\/?INST\]/i;

/** A JSON object with one entry, in a fence or not: `{"answer": "good"}`. */
const JSON_ENTRY =
  /^\s*(?:```\w*\s*)?\{\s*"(?:[^"\\]|\\.)*"\s*:\s*(?:"([^"\\]*)"|(-?\d+(?:\.\d+)?))\s*\}\s*(?:```)?\s*$/d;

/** `**Answer:** good`, `Score: 72`. */
const ANNOUNCED =
  /^[\s*_#]*(?:the\s+)?(?:final\s+|overall\s+)?(?:answer|rating|score|quality)\s*[*_]*\s*[:：][\s*_]*/i;

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
  return text.slice(start, end);
}

const whole = (text: string): Span => ({ start: 0, end: text.length });

function afterReasoning(text: string): Span {
  const last = [...text.matchAll(REASONING_END)].at(-1);
  const start = last ? last.index + last[0].length : 0;
  const isOpen = REASONING_BEGIN.test(text.slice(start));
  return { start: isOpen ? text.length : start, end: text.length };
}

function withinTurn(text: string): Span {
  const start = TURN_BEGIN.exec(text)?.[0].length ?? 0;
  const end = TURN_END.exec(text.slice(start))?.index;
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
  return groupSpan(LATEX_TEXT.exec(text), 1) ?? whole(text);
}

function onlyOne(boxes: readonly RegExpExecArray[]): Span | undefined {
  const [first] = boxes;
  const isOne = boxes.every((box) => box[1]?.trim() === first?.[1]?.trim());
  return first && isOne ? groupSpan(first, 1) : undefined;
}

function inJson(text: string): Span {
  const entry = JSON_ENTRY.exec(text);
  return groupSpan(entry, 1) ?? groupSpan(entry, 2) ?? whole(text);
}

const afterAnnounced = (text: string): Span => ({
  start: ANNOUNCED.exec(text)?.[0].length ?? 0,
  end: text.length,
});

function groupSpan(match: RegExpExecArray | null, group: number): Span | undefined {
  const range = match?.indices?.[group];
  return range && { start: range[0], end: range[1] };
}
