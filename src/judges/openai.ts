import { ConfigError } from '../common/config-error.ts';
import type { JudgeImage } from '../images/judge-image.ts';
import { type Answer, requestAnew } from './answer.ts';
import {
  answerFromTokens,
  answersTo,
  factsOf,
  massesOf,
  oftenGoesOn,
} from './answer-from-replies.ts';
import { optionalKey } from './api-key.ts';
import { endpointFrom } from './base-url.ts';
import { createBatchEngine } from './batch/engine-of.ts';
import type { BatchAsking } from './batch.ts';
import { chooseWay, isToldByTokens, TOKENS } from './choose-way.ts';
import type { AskOptions, Judge } from './judge.ts';
import { JudgeError } from './judge-error.ts';
import type { JudgeOptions } from './judge-options.ts';
import { isLocalEndpoint } from './local-endpoint.ts';
import { openaiApis } from './openai/api.ts';
import type { ChatReply } from './openai/chat-reply.ts';
import { type ChatWay, maxTokens } from './openai/chat-request.ts';
import { createConnection } from './openai/connection.ts';
import { describeEndpoint } from './openai/endpoints.ts';
import { followBranches } from './openai/follow-branches.ts';
import { type ImageSource, inlineSource } from './openai/image-source.ts';
import { decisive, isOpenai, settingOf } from './openai/setting.ts';
import { createTokenCheck } from './openai/token-check.ts';
import { uploadImage } from './openai/upload-image.ts';
import { prefixOf } from './prefix.ts';
import type { AnswerForm, Question } from './question.ts';
import { readBeginning } from './reading/labels.ts';
import type { OpenBranch } from './reading/token-masses.ts';
import { OWN_FIELDS, refuseOwnFields } from './refuse-own-fields.ts';
import { createReplyCopies } from './reply-copies.ts';
import { quote } from './reply-failure.ts';
import { replyForm } from './reply-form.ts';
import { sdkFailure } from './sdk-failure.ts';
import { openaiSdk } from './sdks.ts';
import { createFirstAlone } from './send-first-alone.ts';
import { lookAtServed } from './served-model.ts';
import { createSeveralSamples } from './several-samples.ts';
import { DEFAULT_MAX_CONCURRENCY } from './vendor-call.ts';

const OPENAI_ENDPOINT = 'https://api.openai.com/v1';
const OPENAI_KEY = 'OPENAI_API_KEY';

/** Most samples to ask for at once where nothing is known; an endpoint's refusal may name fewer. */
const MOST_SAMPLES_A_REQUEST = 128;

/** Statuses by which endpoints refuse a request as it is. */
const SAMPLES_REFUSED: readonly number[] = [400, 422, 500, 501];

/** For judges that ask a server of their own through this one. */
interface OwnServer {
  /** What the judge is called instead. */
  id: string;
  /** Left out: the server wants none. */
  key?: string;
}

/**
 * Asks OpenAI, or any endpoint that speaks its Chat Completions protocol, with the official SDK.
 *
 * @param model as the endpoint names it: `gpt-4.1`, `Qwen/Qwen3-VL-8B-Instruct`
 * @throws ConfigError no model, a field of the request that is the judge's own, token probabilities of an
 *   endpoint that is known to give none
 */
export function createOpenaiJudge(
  model: string | undefined,
  options: JudgeOptions,
  own?: OwnServer,
): Judge {
  if (!model) throw new ConfigError('judge: "openai": name the model, as in openai:gpt-4.1');
  const id = own?.id ?? `openai:${model}`;
  const isChat = options.api === 'chat';
  refuseOwnFields(id, options, isChat ? OWN_FIELDS.openai : OWN_FIELDS.responses);
  const endpoint = endpointFrom(options.baseUrl, {
    variable: 'OPENAI_BASE_URL',
    vendor: OPENAI_ENDPOINT,
  });
  const setting = settingOf(id, model, endpoint, options);
  const { capabilities, effort, row } = setting;
  const api = openaiApis[options.api];
  const way = chooseWay(options, capabilities);
  const settled = {
    probabilities: way.chosenBy,
    ...(capabilities.effort && effort !== undefined && { effort }),
  };
  // OpenAI's key goes to no other endpoint than the environment's own, unless the user names it.
  const hasOwnKey = options.baseUrl === undefined || isOpenai(endpoint);
  const apiKeyEnv = options.apiKeyEnv ?? (hasOwnKey ? OPENAI_KEY : undefined);
  const connection = createConnection(id, setting, { variable: apiKeyEnv, own: own?.key });
  const firstAlone = createFirstAlone();
  const checkTokens = createTokenCheck(id, endpoint);
  const copies = createReplyCopies(id, options);
  const several = createSeveralSamples(
    { judgeId: id, options, copies },
    {
      most:
        capabilities.severalSamples === false
          ? 1
          : (capabilities.mostSamples ?? MOST_SAMPLES_A_REQUEST),
      failureOf: (error) => sdkFailure(error, openaiSdk().default),
      refusing: SAMPLES_REFUSED,
    },
  );

  const send = (question: Question, asked: ChatWay, askOptions: AskOptions): Promise<ChatReply> => {
    const after = asked.source === 'logprobs' ? asked.after : undefined;
    const request = () =>
      connection.send(question, asked, askOptions, (reply, headers) => {
        // A reply that was begun may end at once; not every server lists the token that says so.
        const endsAtOnce = after !== undefined && reply.samples[0]?.text.trim() === '';
        if (asked.source === 'logprobs' && !endsAtOnce) checkTokens(reply);
        const begun = after === undefined ? question : { ...question, prefill: after };
        copies.refuse(reply, begun, asked.source === 'samples', headers);
      });
    // What the first writes into the vendor's cache, the others read.
    return capabilities.cacheBreakpoints ? firstAlone(prefixOf(question), request) : request();
  };

  const askTokens = async (question: Question, askOptions: AskOptions): Promise<Answer> => {
    const { once = requestAnew } = askOptions;
    const form = replyForm(question, 'logprobs', capabilities);
    const answers = answersTo(question);
    const labels = answers.map(({ label }) => label);
    const first = await once(TOKENS.part, () => send(question, TOKENS.way, askOptions));
    const replies = [first];
    const askAfter = async (branch: OpenBranch) => {
      const after = branch.text;
      const reply = await once(`${TOKENS.part} after ${JSON.stringify(after)}`, () =>
        send(question, { source: 'logprobs', after }, askOptions),
      );
      replies.push(reply);
      const [sample] = reply.samples;
      if (!sample?.positions) return undefined;
      const isNone = readBeginning(after + sample.text, labels) === 'other';
      if (isNone && oftenGoesOn(id, labels, sample, after)) {
        throw new JudgeError(
          id,
          `${endpoint} was to go on from the reply "${after}", and answered "${quote(sample.text)}", which together is none of the answers; if it begins anew instead, set judgeOptions.capabilities.prefill: none`,
        );
      }
      return massesOf(id, labels, sample, branch);
    };
    const sample = first.samples[0] ?? { text: '' };
    const masses = massesOf(id, labels, sample);
    const values = answers.map(({ value }) => value);
    const found =
      capabilities.prefill === 'none' ? masses : await followBranches(masses, values, askAfter);
    const isBegun = form === 'prefilled';
    return {
      ...answerFromTokens(id, question, sample, { ...options, isBegun }, found),
      source: 'logprobs',
      asked: { ...settled, reply: form, requests: replies.length },
      ...factsOf(replies),
    };
  };

  const askSamples = (question: Question, askOptions: AskOptions): Promise<Answer> =>
    several.answer(
      {
        question,
        asked: { ...settled, reply: replyForm(question, 'samples', capabilities) },
        send: (samples) => send(question, { source: 'samples', samples }, askOptions),
      },
      askOptions,
    );

  const asksSamples = (form: AnswerForm) => way.source === 'samples' || !isToldByTokens(form);

  const firstRequests = (form: AnswerForm): { part: string; way: ChatWay }[] =>
    asksSamples(form) ? several.first() : [TOKENS];

  const place = { model, endpoint, path: api.path };
  const engine = createBatchEngine(connection.client, place, options.batch);
  const batch: BatchAsking | undefined = engine && {
    engine,
    parts: (question) => firstRequests(question).map(({ part }) => part),
    requests(question, uploadOnce) {
      const sourceOf = async (image: JudgeImage): Promise<ImageSource> =>
        setting.uploadsImages
          ? { fileId: await uploadOnce(image, () => uploadImage(connection.client(), image)) }
          : inlineSource(image);
      return Promise.all(
        firstRequests(question).map(async ({ part, way: asked }) => ({
          part,
          body: await api.request(question, asked, setting, sourceOf),
        })),
      );
    },
    read(raw, { part, prefill }) {
      const reply = api.read(raw, { prefill });
      if (part === TOKENS.part) checkTokens(reply);
      return reply;
    },
  };

  return {
    id,
    kind: 'network',
    usesStore: true,
    access: { endpoint, ...(apiKeyEnv && { keyVariable: apiKeyEnv }) },
    ...(batch && { batch }),
    ...(row && {
      endpointNote: describeEndpoint(row, options.capabilities, {
        api: options.api,
        engine: options.batch?.engine,
      }),
    }),
    ...(capabilities.prefill !== 'none' && { lookAtContinuation: connection.lookAtContinuation }),
    ...(!isOpenai(endpoint) && {
      serves: { endpoint, look: () => lookAtServed(endpoint, model, optionalKey(apiKeyEnv)) },
    }),
    defaultMaxConcurrency: DEFAULT_MAX_CONCURRENCY,
    requestsFor: (form) => ({
      requests: firstRequests(form).length,
      replies: asksSamples(form) ? options.samples : 1,
    }),
    identity: {
      endpoint,
      ...(options.api !== 'chat' && { api: options.api }),
      source: way.source,
      ...decisive(setting, way.source),
      effort,
      maxTokens: maxTokens(setting),
      ...(isLocalEndpoint(endpoint) && { imagesApart: true }),
    },
    async ask(question, askOptions) {
      askOptions.signal?.throwIfAborted();
      return asksSamples(question)
        ? askSamples(question, askOptions)
        : askTokens(question, askOptions);
    },
  };
}
