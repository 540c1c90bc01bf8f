import { createHash } from 'node:crypto';
import { z } from 'zod';
import { withoutSecrets } from '../common/without-secrets.ts';
import { fetchFor } from './http.ts';

/** What a server says about the model behind the name that it is asked for, by the names of the facts. */
export type ServedFacts = Readonly<Record<string, string>>;

/** A look at what an endpoint serves. */
export type ServedLook =
  /** `facts` is empty where the server tells nothing. */
  { isReached: true; facts: ServedFacts } | { isReached: false; problem: string };

/** Nothing is paid for a look, and nothing waits for it longer than this. */
const LOOK_MS = 5_000;

/**
 * Asks a server of one's own what it serves, in the ways of OpenAI-compatible servers: `/v1/models`,
 * llama.cpp's `/props`, Ollama's `/api/tags`. What it does not tell is left out; a server that tells
 * nothing is no failure.
 *
 * @param endpoint with or without `/v1` at its end
 * @param model as the requests name it
 */
export async function lookAtServed(
  endpoint: string,
  model: string,
  key: string | undefined,
): Promise<ServedLook> {
  const root = endpoint.replace(/\/+$/, '').replace(/\/v\d+$/, '');
  const ask = (path: string) => askJson(`${root}${path}`, key);
  const [models, props] = await Promise.all([ask('/v1/models'), ask('/props')]);
  const unreached = [models, props].find((look) => 'problem' in look);
  if (unreached && 'problem' in unreached) {
    return { isReached: false, problem: withoutSecrets(unreached.problem) };
  }
  const listed = factsOfModels('body' in models ? models.body : undefined, model);
  const loaded = factsOfProps('body' in props ? props.body : undefined);
  // Servers that name a file or a repository have no tags.
  const isTold = 'root' in listed || 'meta' in listed || Object.keys(loaded).length > 0;
  const tags = isTold ? undefined : await ask('/api/tags');
  const tagged = factsOfTags(tags && 'body' in tags ? tags.body : undefined, model);
  return { isReached: true, facts: withoutSecrets({ ...listed, ...loaded, ...tagged }) };
}

/** A body, nothing that can be read, or no server that could tell. */
type JsonReply = { body: unknown } | { none: true } | { problem: string };

async function askJson(url: string, key: string | undefined): Promise<JsonReply> {
  try {
    const reply = await fetchFor(LOOK_MS).fetch(url, {
      headers: { accept: 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      signal: AbortSignal.timeout(LOOK_MS),
    });
    const text = await reply.text();
    // It is loading, or a gateway finds no server behind it.
    if (reply.status >= 500 && reply.status !== 501) return { problem: `HTTP ${reply.status}` };
    return reply.ok ? { body: JSON.parse(text) } : { none: true };
  } catch (error) {
    if (error instanceof SyntaxError) return { none: true };
    return { problem: causeOf(error) };
  }
}

function causeOf(error: unknown): string {
  let current = error;
  while (current instanceof Error && current.cause instanceof Error) current = current.cause;
  if (current instanceof AggregateError) current = current.errors[0];
  return current instanceof Error ? current.message || String(current) : String(current);
}

const text = z.string().min(1).optional().catch(undefined);

/** Only what stays the same as long as the same model is served; `created` is the time of the request at some. */
const entrySchema = z.looseObject({
  id: z.string(),
  aliases: z.array(z.string()).optional().catch(undefined),
  root: text,
  parent: text,
  digest: text,
  sha: text,
  revision: text,
  quantization: text,
  /** llama.cpp: what the file holds. */
  meta: z
    .looseObject({
      n_params: z.number().optional().catch(undefined),
      size: z.number().optional().catch(undefined),
      n_vocab: z.number().optional().catch(undefined),
      n_embd: z.number().optional().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

const modelsSchema = z.object({ data: z.array(entrySchema) });

function factsOfModels(body: unknown, model: string): ServedFacts {
  const parsed = modelsSchema.safeParse(body);
  if (!parsed.success) return {};
  const { data } = parsed.data;
  const named = data.find(({ id, aliases }) => id === model || aliases?.includes(model));
  // A server that has one model answers with it, whatever it is called.
  const entry = named ?? (data.length === 1 ? data[0] : undefined);
  if (!entry) return {};
  const { id, root, parent, digest, sha, revision, quantization, meta } = entry;
  const { n_params, size, n_vocab, n_embd } = meta ?? {};
  const sizes = [n_params, size, n_vocab, n_embd].some((each) => each !== undefined);
  return known({
    ...{ model: id, root, parent, digest, sha, revision, quantization },
    meta: sizes ? JSON.stringify({ n_params, size, n_vocab, n_embd }) : undefined,
  });
}

/** https://github.com/ggml-org/llama.cpp/tree/master/tools/server: `GET /props`. */
const propsSchema = z.looseObject({
  model_path: text,
  model_alias: text,
  build_info: text,
  chat_template: text,
  modalities: z.looseObject({ vision: z.boolean() }).optional().catch(undefined),
  default_generation_settings: z.looseObject({ model: text }).optional().catch(undefined),
});

function factsOfProps(body: unknown): ServedFacts {
  const parsed = propsSchema.safeParse(body);
  if (!parsed.success) return {};
  const { model_path, model_alias, build_info, chat_template, modalities } = parsed.data;
  return known({
    model_path: model_path ?? parsed.data.default_generation_settings?.model,
    ...{ model_alias, build_info },
    vision: modalities && String(modalities.vision),
    // It decides what the model reads, and is long.
    chat_template: chat_template && createHash('sha256').update(chat_template).digest('hex'),
  });
}

const tagsSchema = z.object({
  models: z.array(z.looseObject({ name: z.string(), model: text, digest: z.string() })),
});

function factsOfTags(body: unknown, model: string): ServedFacts {
  const parsed = tagsSchema.safeParse(body);
  const names = [model, `${model}:latest`];
  const entry = parsed.data?.models.find(
    (each) => names.includes(each.name) || names.includes(each.model ?? ''),
  );
  return entry ? { digest: entry.digest } : {};
}

const known = (facts: Readonly<Record<string, string | undefined>>): ServedFacts =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
