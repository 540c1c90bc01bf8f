import { appendFileSync } from 'node:fs';

/** A provider of promptfoo that records what it is made and called with. */
const record = (line) =>
  appendFileSync(`${import.meta.dirname}/record.jsonl`, `${JSON.stringify(line)}\n`);

/** Large enough to be put into a store of its own. */
const PICTURE = `data:image/png;base64,${Buffer.from(
  Array.from({ length: 60_000 }, (_, index) => (index * 7919) % 251),
).toString('base64')}`;

export default class Probe {
  #label;

  constructor(options) {
    record({ at: 'made', options, label: options.label ?? null });
  }

  get label() {
    return this.#label;
  }

  set label(label) {
    record({ at: 'labelled', label });
    this.#label = label;
  }

  id() {
    return this.#label ? `probe#${this.#label}` : 'probe';
  }

  async callApi(prompt, context, options) {
    const { vars, test, evaluationId, repeatIndex, testIdx } = context;
    record({
      at: 'called',
      column: this.#label,
      prompt,
      raw: context.prompt.raw,
      promptLabel: context.prompt.label,
      vars,
      test: { vars: test?.vars, metadata: test?.metadata },
      evaluationId,
      repeatIndex,
      testIdx,
      hasSignal: options?.abortSignal instanceof AbortSignal,
      argv: process.argv,
      env: Object.fromEntries(
        Object.entries(process.env).filter(([name]) => name.startsWith('CANARY_')),
      ),
    });
    const { answer } = test?.metadata ?? {};
    if (answer === 'limit') {
      const error = 'DSC_0429.jpg: rate limit, 429';
      return { error, metadata: { kept: 1, rateLimitKind: 'quota' } };
    }
    if (answer === 'error' && !process.env.CANARY_MENDED) return { error: 'no answer' };
    return {
      output: { score: 0.5, of: String(test?.vars?.image) },
      metadata: { kept: 2 },
      ...(answer === 'picture' && { images: [{ data: PICTURE, mimeType: 'image/png' }] }),
    };
  }
}
