import { ConfigError } from '../common/config-error.ts';
import { type Answer, requestAnew } from './answer.ts';
import { answerFromTokens, factsOf } from './answer-from-replies.ts';
import { optionalKey } from './api-key.ts';
import { withLimits } from './batch/with-limits.ts';
import type { BatchAsking } from './batch.ts';
import { geminiCapabilities } from './capabilities.ts';
import { chooseWay, isToldByTokens, TOKENS } from './choose-way.ts';
import { createGoogleBatchEngine } from './google/batch-engine.ts';
import { createGoogleConnection } from './google/connection.ts';
import { readContentReply } from './google/content-reply.ts';
import {
  type ContentSetting,
  type ContentWay,
  contentRequest,
  type ImagePart,
  inlineImage,
  maxTokens,
} from './google/content-request.ts';
import { describeSetting } from './google/describe-setting.ts';
import { furtherFields, withFurther } from './google/further-fields.ts';
import { geminiVersion } from './google/gemini-model.ts';
import { googleFailure } from './google/google-failure.ts';
import { mediaResolutionFor, tokensOfImage } from './google/media-resolution.ts';
import { downloadFile, googlePlace, isGoogle } from './google/place.ts';
import { refuseTokens } from './google/refuse-tokens.ts';
import { mostThoughts, thinkingOf } from './google/thinking.ts';
import { UPLOAD_REUSED_MS, uploadedImage } from './google/upload-image.ts';
import type { AskOptions, Judge } from './judge.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { ChatReply } from './openai/chat-reply.ts';
import { createTokenCheck } from './openai/token-check.ts';
import { prefixOf } from './prefix.ts';
import type { AnswerForm, Question } from './question.ts';
import { createReplyCopies } from './reply-copies.ts';
import { createFirstAlone } from './send-first-alone.ts';
import { lookAtServed } from './served-model.ts';
import { createSeveralSamples } from './several-samples.ts';
import { DEFAULT_MAX_CONCURRENCY } from './vendor-call.ts';

/** Gemini's vocabulary has a token for each digit, and no reply can be begun: longer numbers stay open. */
const LARGEST_OF_ONE_TOKEN = 9;

/**
 * Asks Gemini with Google's official SDK: AI Studio by a key, or Vertex AI by application-default credentials.
 *
 * @param model as Google names it: `gemini-2.5-flash`, `publishers/google/models/…`
 * @throws ConfigError no model, settings that do not go together, a field of the request that is the judge's own
 */
export function createGoogleJudge(model: string | undefined, options: JudgeOptions): Judge {
  if (!model)
    throw new ConfigError('judge: "google": name the model, as in google:gemini-2.5-flash');
  const id = `google:${model}`;
  const further = furtherFields(id, options);
  const place = googlePlace(id, options);
  const { endpoint, platform, apiKeyEnv } = place;
  const capabilities = { ...geminiCapabilities(model, platform), ...options.capabilities };
  refuseTokens(id, options, platform, capabilities);
  const thinking = thinkingOf(id, model, options);
  const mediaResolution = mediaResolutionFor(id, model, options);
  const thoughtTokens = mostThoughts(thinking);
  const imageTokens = tokensOfImage(mediaResolution, geminiVersion(model));
  const setting: ContentSetting = { options, capabilities, thinking, mediaResolution };
  const { source, chosenBy } = chooseWay(options, capabilities);
  const settled = {
    probabilities: chosenBy,
    ...(thinking.effort && { effort: thinking.effort }),
    mediaResolution,
  };
  const connection = createGoogleConnection(id, place, { ...setting, options, model, further });
  const checkTokens = createTokenCheck(id, endpoint);
  const copies = createReplyCopies(id, options);
  const firstAlone = createFirstAlone();
  const several = createSeveralSamples(
    { judgeId: id, options, copies },
    {
      most: capabilities.severalSamples === false ? 1 : capabilities.mostSamples,
      failureOf: googleFailure,
      refusing: [400],
    },
  );

  const send = (
    question: Question,
    way: ContentWay,
    askOptions: AskOptions,
  ): Promise<ChatReply> => {
    const request = () =>
      connection.send(question, way, askOptions, (reply, headers) => {
        if (way.source === 'logprobs') checkTokens(reply);
        copies.refuse(reply, question, way.source === 'samples', headers);
      });
    // Google caches prompts by itself: the other samples of a question read what the first has shown.
    return way.source === 'samples' ? firstAlone(prefixOf(question), request) : request();
  };

  const askTokens = async (question: Question, askOptions: AskOptions): Promise<Answer> => {
    const { once = requestAnew } = askOptions;
    const reply = await once(TOKENS.part, () => send(question, TOKENS.way, askOptions));
    return {
      ...answerFromTokens(id, question, reply.samples[0] ?? { text: '' }, options),
      source: 'logprobs',
      asked: { ...settled, reply: 'instructed', requests: 1 },
      ...factsOf([reply]),
    };
  };

  const askSamples = (question: Question, askOptions: AskOptions): Promise<Answer> =>
    several.answer(
      {
        question,
        asked: { ...settled, reply: 'constrained' },
        send: (samples) => send(question, { source: 'samples', samples }, askOptions),
      },
      askOptions,
    );

  const asksSamples = (form: AnswerForm) =>
    source === 'samples' ||
    !isToldByTokens(form) ||
    (chosenBy === 'auto' && form.scale !== undefined && form.scale.max > LARGEST_OF_ONE_TOKEN);

  const firstRequests = (form: AnswerForm): { part: string; way: ContentWay }[] =>
    asksSamples(form) ? several.first() : [TOKENS];

  const batch = (): BatchAsking => ({
    engine: withLimits(
      createGoogleBatchEngine(connection.client, {
        model,
        timeoutMs: options.timeoutMs,
        fetch: connection.fetch,
        download: (file) => downloadFile(id, place, file, connection.fetch),
      }),
      options.batch,
    ),
    uploadReusedMs: UPLOAD_REUSED_MS,
    parts: (question) => firstRequests(question).map(({ part }) => part),
    requests(question, uploadOnce) {
      const imagePart: ImagePart = async (image) =>
        options.imageTransfer === 'inline'
          ? inlineImage(image)
          : uploadedImage(image, await uploadOnce(image, () => connection.upload(image)));
      return Promise.all(
        firstRequests(question).map(async ({ part, way }) => {
          const request = await contentRequest(question, way, setting, imagePart);
          return { part, body: withFurther(request, further) };
        }),
      );
    },
    read(raw, { part }) {
      const asked = several.first().find((draw) => draw.part === part)?.way.samples ?? 1;
      const reply = readContentReply(raw, { asked });
      if (part === TOKENS.part) checkTokens(reply);
      return reply;
    },
  });

  return {
    id,
    kind: 'network',
    usesStore: true,
    access: { endpoint, ...(apiKeyEnv && { keyVariable: apiKeyEnv }) },
    // Vertex AI takes batches from storage of Google Cloud's alone.
    ...(platform === 'ai-studio' && { batch: batch() }),
    ...(!isGoogle(endpoint) && {
      serves: { endpoint, look: () => lookAtServed(endpoint, model, optionalKey(apiKeyEnv)) },
    }),
    endpointNote: describeSetting(place, thinking, mediaResolution),
    defaultMaxConcurrency: DEFAULT_MAX_CONCURRENCY,
    ...(imageTokens !== undefined && { imageTokens }),
    ...(thoughtTokens !== undefined && { thoughtTokens }),
    ...(place.vertex && !apiKeyEnv && { whyNotReady: connection.whyNoRight }),
    requestsFor: (form) => ({
      requests: firstRequests(form).length,
      replies: asksSamples(form) ? options.samples : 1,
    }),
    identity: {
      endpoint,
      platform,
      source,
      temperature: capabilities.temperature !== false,
      thinking: thinking.config ?? null,
      mediaResolution,
      maxTokens: maxTokens(options, thinking),
    },
    async ask(question, askOptions) {
      askOptions.signal?.throwIfAborted();
      return asksSamples(question)
        ? askSamples(question, askOptions)
        : askTokens(question, askOptions);
    },
  };
}
