import { z } from 'zod';
import { decisiveText } from '../decisive-text.ts';
import { errorWords } from '../error-words.ts';
import { parseReply } from '../parse-reply.ts';
import { VendorFailure } from '../reply-failure.ts';
import { isSaid, reportedFailure, statusIn } from '../reported-failure.ts';
import { tokenCount } from '../usage.ts';
import { type ChatReply, readChatReply } from './chat-reply.ts';

const text = z.string().nullish().catch(undefined);

const contentSchema = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  refusal: decisiveText,
  logprobs: z.array(z.unknown()).nullish().catch(undefined),
});

const itemSchema = z.looseObject({
  type: z.string(),
  /** `commentary` is no answer. */
  phase: text,
  /** The interface may show what was asked, too. */
  role: text,
  status: decisiveText,
  /** Of a message; of reasoning it is another, and may be anything. */
  content: z.unknown().optional(),
});

const messageSchema = z.object({ content: z.array(contentSchema).nullish() });

const reasoningSchema = z
  .array(z.looseObject({ text: z.string().nullish() }))
  .nullish()
  .catch(undefined);

/**
 * Only what is read, so that additions to the interface break nothing; of that, what does not decide the
 * answer may have any form.
 */
const replySchema = z.object({
  id: text,
  model: z.string().min(1).optional().catch(undefined),
  status: decisiveText,
  incomplete_details: z.object({ reason: decisiveText }).nullish().catch(undefined),
  output: z.array(itemSchema),
  usage: z
    .object({
      input_tokens: tokenCount,
      output_tokens: tokenCount,
      input_tokens_details: z
        .object({ cached_tokens: tokenCount, cache_write_tokens: tokenCount })
        .nullish()
        .catch(undefined),
      output_tokens_details: z.object({ reasoning_tokens: tokenCount }).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

/** What a failed response's code comes to, where another try may do; gateways write the status itself. */
const STATUSES: Readonly<Record<string, number>> = {
  server_error: 500,
  vector_store_timeout: 504,
  rate_limit_exceeded: 429,
};

const ASSISTANT = 'assistant';

const COMPLETED = 'completed';
const INCOMPLETE = 'incomplete';

/** States in which there is an answer; in all others there is none yet, or none will come. */
const ANSWERED: readonly string[] = [COMPLETED, INCOMPLETE];

/** Stands for a reason where a response tells none. */
const UNTOLD = 'untold';

/**
 * Reads a reply of the Responses interface: as one of Chat Completions that says the same.
 *
 * @throws VendorFailure the reply is an error; Error one line: what was wrong with it
 */
export function readResponse(raw: unknown, latencyMs?: number): ChatReply {
  const failure = failureOf(raw);
  if (failure) throw failure;
  const { id, model, status, incomplete_details, output, usage } = parseReply(replySchema, raw);
  if (status && !ANSWERED.includes(status)) {
    throw new Error(`it is ${status}, and no answer`);
  }
  const messages = output.filter(
    ({ type, phase, role }) =>
      type === 'message' && phase !== 'commentary' && (role ?? ASSISTANT) === ASSISTANT,
  );
  const contents = messages.flatMap((item) => parseReply(messageSchema, item).content ?? []);
  const isWhole = [status, ...messages.map((each) => each.status)].every(
    (each) => !each || each === COMPLETED,
  );
  const reason = incomplete_details?.reason ?? (isWhole ? undefined : UNTOLD);
  const reasoned = output.filter(({ type }) => type === 'reasoning');
  const thoughts = reasoned
    .flatMap(({ content }) => reasoningSchema.parse(content) ?? [])
    .map((part) => part.text ?? '')
    .join('');
  if (output.length === 0 && !reason) throw new Error('its list of outputs is empty');
  const refused = contents.find((part) => part.refusal || part.type === 'refusal');
  const refusal = refused && (refused.refusal || 'without words');
  const logprobs = contents.flatMap((content) => content.logprobs ?? []);
  return readChatReply(
    {
      id,
      model,
      choices: [
        {
          finish_reason: reason ?? 'stop',
          message: {
            content: contents.map((content) => content.text ?? '').join(''),
            refusal: refusal ?? blockedBy(reason),
            ...(thoughts !== '' && { reasoning_content: thoughts }),
            ...(reasoned.length > 0 && { reasoning_details: ['reasoned'] }),
          },
          ...(logprobs.length > 0 && { logprobs: { content: logprobs } }),
        },
      ],
      usage: usage && {
        prompt_tokens: usage.input_tokens,
        completion_tokens: usage.output_tokens,
        prompt_tokens_details: usage.input_tokens_details,
        completion_tokens_details: usage.output_tokens_details,
      },
    },
    undefined,
    latencyMs,
  );
}

/** Why a response ended early, where that is not its length. */
function blockedBy(reason: string | null | undefined): string | undefined {
  if (!reason || reason === 'max_output_tokens') return undefined;
  return reason === UNTOLD
    ? 'the response is incomplete, and does not say why'
    : `the response is incomplete (${reason})`;
}

function failureOf(raw: unknown): VendorFailure | undefined {
  const read = z.looseObject({ error: z.unknown(), status: text }).safeParse(raw).data;
  if (read && isSaid(read.error)) {
    const code = z.object({ code: z.string() }).safeParse(read.error).data?.code;
    const words = errorWords(read.error) ?? JSON.stringify(read.error);
    if (read.status === 'failed') {
      const status = STATUSES[code ?? ''] ?? statusIn(read.error) ?? 400;
      return new VendorFailure({ kind: 'status', status, words, inReply: true });
    }
  }
  if (read?.status === 'failed') {
    return new VendorFailure({ kind: 'reported', words: 'status failed, without words' });
  }
  return reportedFailure(asAnswered(raw));
}

/** `reportedFailure` looks for the list of answers by its name in Chat Completions. */
function asAnswered(raw: unknown): unknown {
  return typeof raw === 'object' && raw !== null && 'output' in raw
    ? { ...raw, choices: raw.output }
    : raw;
}
