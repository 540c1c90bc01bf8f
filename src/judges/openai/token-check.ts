import { JudgeError } from '../judge-error.ts';
import { quote } from '../reply-failure.ts';
import type { ChatReply, ChatSample } from './chat-reply.ts';

/** Replies without token probabilities, and none with, after which the endpoint is believed to give none. */
const REPLIES_UNTIL_BELIEVED = 3;

/**
 * Refuses replies without token probabilities of their answer before they are kept, so that they can be
 * asked for again. An endpoint that has given none so far is not paid for a whole run of them.
 */
export function createTokenCheck(judgeId: string, endpoint: string): (reply: ChatReply) => void {
  let given = 0;
  let missing = 0;
  return ({ samples: [sample], model, usage }) => {
    const paid = { model, ...(usage && { usage }) };
    const unanswered = sample && withoutAnswer(sample);
    if (unanswered !== undefined) throw new JudgeError(judgeId, unanswered, { paid });
    const what = lacking(sample, model);
    if (what === undefined) {
      given += 1;
      return;
    }
    missing += 1;
    const isFinal = given === 0 && missing >= REPLIES_UNTIL_BELIEVED;
    throw new JudgeError(
      judgeId,
      `${endpoint} gave ${what}; set judgeOptions.probabilities: samples, or use an endpoint that gives them${isFinal ? '; nothing more is asked of this judge in this run' : ''}`,
      { paid, isFinal },
    );
  };
}

/** A reply that says nothing to the question, and what to do without losing what was bought. */
function withoutAnswer({ text, refused, cutOff, onlyReasoned }: ChatSample): string | undefined {
  if (refused !== undefined) {
    return `refused: ${quote(refused)}; running again asks this question once more and buys no other again`;
  }
  if (text.trim() !== '') return undefined;
  if (cutOff) {
    const where = onlyReasoned ? 'while it still reasoned' : 'before it answered';
    return `the reply ended at the token limit ${where}; raise judgeOptions.maxTokens, which leaves the kept answers as they are`;
  }
  return onlyReasoned
    ? 'the reply holds reasoning and no answer; switch reasoning off at the server, or mend its reasoning parser, or set judgeOptions.probabilities: samples; running again asks this question once more and buys no other again'
    : 'the reply is empty; running again asks this question once more and buys no other again';
}

function lacking(sample: ChatSample | undefined, model: string): string | undefined {
  if (sample?.misplaced) {
    const { tokens, content } = sample.misplaced;
    return `token probabilities that do not belong to the answer: its content is "${quote(content)}", and the tokens spell "${quote(tokens)}"`;
  }
  const positions = sample?.positions;
  if (!positions) return `no token probabilities for ${model}, although they were asked for`;
  return positions.every(({ alternatives }) => alternatives.length === 0)
    ? 'the probability of the chosen token alone and none of the others (top_logprobs)'
    : undefined;
}
