import { JudgeError } from '../judge-error.ts';
import type { ChatReply } from './chat-reply.ts';

/** Replies without token probabilities, and none with, after which the endpoint is believed to give none. */
const REPLIES_UNTIL_BELIEVED = 3;

/**
 * Refuses replies without token probabilities before they are kept. An endpoint that has given none so
 * far is not paid for a whole run of them.
 */
export function createTokenCheck(judgeId: string, endpoint: string): (reply: ChatReply) => void {
  let given = 0;
  let missing = 0;
  return ({ samples: [sample], model, usage }) => {
    const paid = { model, ...(usage && { usage }) };
    if (sample?.refused !== undefined) {
      throw new JudgeError(judgeId, `refused: ${sample.refused}`, { paid });
    }
    const what = lacking(sample?.positions, model);
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

function lacking(
  positions: ChatReply['samples'][number]['positions'],
  model: string,
): string | undefined {
  if (!positions) return `no token probabilities for ${model}, although they were asked for`;
  return positions.every(({ alternatives }) => alternatives.length === 0)
    ? 'the probability of the chosen token alone and none of the others (top_logprobs)'
    : undefined;
}
