import type { GoogleGenAI } from '@google/genai';
import { base64Bytes } from '../../images/data-uri.ts';
import type { JudgeImage } from '../../images/judge-image.ts';
import { fetchFor } from '../http.ts';
import { createMarkedTexts } from '../json-body.ts';
import type { AskOptions } from '../judge.ts';
import { JudgeError } from '../judge-error.ts';
import type { JudgeOptions } from '../judge-options.ts';
import { createNamingUploads } from '../naming-uploads.ts';
import type { ChatReply } from '../openai/chat-reply.ts';
import type { Question } from '../question.ts';
import { quote, VendorFailure } from '../reply-failure.ts';
import { createWaiting } from '../retry-after.ts';
import { createVendorCall, DEFAULT_MAX_CONCURRENCY } from '../vendor-call.ts';
import { readContentReply } from './content-reply.ts';
import {
  type ContentSetting,
  type ContentWay,
  contentRequest,
  inlineImage,
} from './content-request.ts';
import { generateContent, NoRightError, problemOfRight } from './generate.ts';
import { googleFailure } from './google-failure.ts';
import { type GooglePlace, googleClient, rightAdvice } from './place.ts';
import { uploadedImage, uploadImage } from './upload-image.ts';

export interface GoogleConnection {
  client(): GoogleGenAI;
  /** Why there is no right to ask, in one line; nothing is asked for it but the credentials. */
  whyNoRight(): Promise<string | undefined>;
  /** The client's own. */
  fetch: typeof globalThis.fetch;
  /**
   * Uploads what is sent of an image, for a batch; it is tried again as questions are.
   *
   * @returns its address
   * @throws JudgeError what went wrong, in the vendor's words
   */
  upload(image: JudgeImage): Promise<string>;
  /**
   * Asks a question once.
   *
   * @param check looks at a reply before it counts; what it throws is thrown
   * @throws JudgeError what went wrong, in the vendor's words
   */
  send(
    question: Question,
    way: ContentWay,
    options: Pick<AskOptions, 'signal' | 'uploadOnce'>,
    check: (reply: ChatReply, headers: Headers) => void,
  ): Promise<ChatReply>;
}

interface ConnectionSetting extends ContentSetting {
  options: JudgeOptions;
  model: string;
  /** Fields of each request beside those that the judge writes. */
  further: Record<string, unknown>;
}

/** A model at its place, through the official SDK. */
export function createGoogleConnection(
  id: string,
  place: GooglePlace,
  setting: ConnectionSetting,
): GoogleConnection {
  const { options, model, further } = setting;
  const { endpoint, vertex } = place;
  const waiting = createWaiting(id, options);
  const { fetch } = fetchFor(options.timeoutMs, waiting);
  const call = createVendorCall(id, {
    setting: {
      endpoint,
      keyAdvice: rightAdvice(place),
      options,
      ...(vertex && { addressAdvice: locationAdvice(vertex.location) }),
    },
    maxConcurrency: options.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY,
    failureOf: googleFailure,
    waiting,
    sdkNeverRetries: true,
  });
  let connected: GoogleGenAI | undefined;
  const client = () => {
    connected ??= googleClient(id, place, options, fetch);
    return connected;
  };
  const namingUploads = createNamingUploads({
    upload: (image) => uploadImage(client(), image),
    isLost: isLostFile,
  });

  const post = async (
    question: Question,
    way: ContentWay,
    signal: AbortSignal | undefined,
    idOf?: (image: JudgeImage) => Promise<string>,
  ) => {
    const texts = createMarkedTexts();
    const request = await contentRequest(question, way, setting, async (image) =>
      idOf
        ? uploadedImage(image, await idOf(image))
        : inlineImage(image, (encoded) => texts.mark(base64Bytes(encoded))),
    );
    return generateContent(client(), request, { model, further, texts, fetch }, signal);
  };

  return {
    client,
    async whyNoRight() {
      const problem = await problemOfRight(client());
      return problem && withoutRight(id, problem, place).message;
    },
    fetch,
    upload: (image) => call(undefined, () => uploadImage(client(), image)),
    send: (question, way, { signal, uploadOnce }, check) =>
      call(signal, async () => {
        const posted =
          options.imageTransfer === 'upload'
            ? namingUploads((idOf) => post(question, way, signal, idOf), uploadOnce)
            : post(question, way, signal);
        const { raw, headers, latencyMs } = await posted.catch((error: unknown) => {
          throw error instanceof NoRightError ? withoutRight(id, error, place) : error;
        });
        const asked = way.source === 'samples' ? way.samples : 1;
        const reply = readContentReply(raw, { asked, latencyMs });
        check(reply, headers);
        return reply;
      }),
  };
}

const LOST = /may not exist|(does not|doesn't) exist|not found|expired|deleted/i;

/** `You do not have permission to access the File abc or it may not exist.` */
function isLostFile(error: unknown): boolean {
  const failure = error instanceof VendorFailure ? error.failure : googleFailure(error);
  return (
    failure?.kind === 'status' &&
    [400, 403, 404].includes(failure.status) &&
    /\bfile\b/i.test(failure.words) &&
    LOST.test(failure.words)
  );
}

/** Without credentials every later question would fail in the same way; a broken connection may mend. */
function withoutRight(id: string, cause: NoRightError, place: GooglePlace): JudgeError {
  const isFinal = googleFailure(cause.cause)?.kind !== 'connection';
  return new JudgeError(
    id,
    `no access to ${place.endpoint} (${quote(cause.message)}); ${rightAdvice(place)}${isFinal ? '; nothing more is asked of this judge in this run' : ''}`,
    { cause, isFinal },
  );
}

const locationAdvice = (location: string): string =>
  `mend the model's name after the colon of judge, or judgeOptions.vertex.location: "${location}" may not have this model`;
