import { vendorReply } from '../../harness/provider-response.ts';
import { type ChatReply, readChatReply } from '../openai/chat-reply.ts';
import { readResponse } from '../openai/response-reply.ts';
import type { SampledReply } from '../reply.ts';

/**
 * A provider's answer with the token probabilities that it passes on, as Chat Completions or Responses give
 * them. They count only where they spell the answer that the provider has given.
 *
 * @param raw what the provider answered
 * @param reply the same, as it was read
 * @throws VendorFailure, Error one line: what was wrong with what it passed on
 */
export function withPassedTokens(raw: unknown, reply: SampledReply): ChatReply {
  const vendor = vendorReply(raw);
  const [sample] = reply.samples;
  if (!vendor || !sample || sample.refused !== undefined) return reply;
  if (!('choices' in vendor) && !('output' in vendor)) return reply;
  const [passed] = ('output' in vendor ? readResponse(vendor) : readChatReply(vendor, undefined))
    .samples;
  if (!passed) return reply;
  const isSame = passed.text.trim() === sample.text.trim();
  return {
    ...reply,
    samples: [
      // The vendor knows more of how its answer ended than the provider says.
      isSame || passed.refused !== undefined
        ? { ...sample, ...passed }
        : { ...sample, misplaced: { tokens: passed.text, content: sample.text } },
    ],
  };
}
