import type { JudgeImage } from '../../images/judge-image.ts';
import type { Question } from '../question.ts';
import type { OpenaiApiName } from './api-names.ts';
import { type ChatReply, readChatReply } from './chat-reply.ts';
import { type ChatSetting, type ChatWay, chatRequest } from './chat-request.ts';
import type { ImageSource } from './image-source.ts';
import { readResponse } from './response-reply.ts';
import { responseRequest } from './response-request.ts';

/** One interface: where it is, how it is asked and what it answers. */
export interface OpenaiApi {
  /** Below the client's address. */
  path: '/chat/completions' | '/responses';
  request(
    question: Question,
    way: ChatWay,
    setting: ChatSetting,
    sourceOf?: (image: JudgeImage) => Promise<ImageSource>,
  ): Promise<object>;
  /**
   * @param begun how the reply was begun, and how its answer was begun behind that
   * @throws VendorFailure the reply is an error; Error one line: what was wrong with it
   */
  read(
    raw: unknown,
    begun: { prefill?: string | undefined; after?: string | undefined },
    latencyMs?: number,
  ): ChatReply;
}

export const openaiApis: Readonly<Record<OpenaiApiName, OpenaiApi>> = {
  chat: {
    path: '/chat/completions',
    request: chatRequest,
    read: (raw, { prefill, after }, latencyMs) => readChatReply(raw, prefill, latencyMs, after),
  },
  responses: {
    path: '/responses',
    request: responseRequest,
    read: (raw, _begun, latencyMs) => readResponse(raw, latencyMs),
  },
};
