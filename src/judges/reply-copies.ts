import { JudgeError } from './judge-error.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { Question } from './question.ts';
import type { Sample, SampledReply } from './reply.ts';

/**
 * Finds replies that a gateway between here and the model has taken out of a cache: n equal requests are
 * then one sample, n times, and a cache that looks for similar requests answers for another image.
 */
export interface ReplyCopies {
  /**
   * Looks at a reply that has just come.
   *
   * @param isSample whether it is to be a sample of its own. The token probabilities of a question are
   *   the same, out of a cache or not, as long as it is the same question.
   * @throws JudgeError it is a copy
   */
  refuse(reply: SampledReply, question: Question, isSample: boolean, headers?: Headers): void;
  /** Makes a reply known that was kept. */
  note(reply: SampledReply, question: Question): void;
}

/** Replies with one short id, and none with another, after which they are believed to be one. */
const SHORT_IDS_UNTIL_BELIEVED = 3;

interface Known {
  question: string;
  words: string;
}

export function createReplyCopies(
  judgeId: string,
  { uniqueReplyIds }: Pick<JudgeOptions, 'uniqueReplyIds'>,
): ReplyCopies {
  const known = new Map<string, Known>();
  /** Of endpoints that choose among a thousand ids: how often the only one came for a question. */
  const short = new Map<string, { id: string; count: number } | 'several'>();

  const refused = (what: string, advice: string) =>
    new JudgeError(
      judgeId,
      `${what}, so a cache between here and the model has answered, and it is no reply of its own; switch that cache off for these requests, then run again, which buys nothing twice${advice}; nothing more is asked of this judge in this run`,
      { isFinal: true },
    );

  const countShort = (id: string, name: string): number => {
    const before = short.get(name);
    if (before === 'several' || (before && before.id !== id)) {
      short.set(name, 'several');
      return 0;
    }
    const count = (before?.count ?? 0) + 1;
    short.set(name, { id, count });
    return count;
  };

  return {
    refuse(reply, question, isSample, headers) {
      const hit = isSample && headers ? cacheHeader(headers) : undefined;
      if (hit !== undefined) throw refused(`the reply came with the header "${hit}"`, '');
      const { id } = reply;
      if (!uniqueReplyIds || !id) return;
      const name = nameOf(question);
      const words = wordsOf(reply);
      if (!isTelling(id)) {
        if (!isSample || countShort(id, name) < SHORT_IDS_UNTIL_BELIEVED) return;
      } else {
        const before = known.get(id);
        if (!before) {
          known.set(id, { question: name, words });
          return;
        }
        // What says something else is no copy: then the endpoint's ids tell nothing.
        if (before.words !== words) return;
        if (before.question === name && !isSample) return;
        if (before.question !== name) {
          throw refused(`the reply has the id "${id}", as that to another question had`, ADVICE);
        }
      }
      throw refused(`the reply has the id "${id}", as one before it had`, ADVICE);
    },
    note(reply, question) {
      const { id } = reply;
      if (!id || !isTelling(id) || known.has(id)) return;
      known.set(id, { question: nameOf(question), words: wordsOf(reply) });
    },
  };
}

const ADVICE =
  ' (where the endpoint gives every reply this id, set judgeOptions.uniqueReplyIds: false)';

/**
 * The same for replies that were kept, as from a batch: a copy is marked as one that cannot be used.
 *
 * @returns the replies in their order
 */
export function markCopies(replies: readonly SampledReply[]): SampledReply[] {
  const seen = new Map<string, string>();
  return replies.map((reply) => {
    const { id } = reply;
    if (!id || !isTelling(id)) return reply;
    const words = wordsOf(reply);
    const isCopy = seen.get(id) === words;
    if (!seen.has(id)) seen.set(id, words);
    return isCopy
      ? { ...reply, samples: reply.samples.map(() => ({ text: '', refused: copyOf(id) })) }
      : reply;
  });
}

const copyOf = (id: string): string => `a copy of another reply, with its id "${id}"`;

const wordsOf = ({ samples }: { samples: readonly Sample[] }): string => JSON.stringify(samples);

const nameOf = ({
  kind,
  system,
  content,
  prefill,
  images,
  choices,
  scale,
  dimensions,
}: Question): string =>
  JSON.stringify([
    ...[kind, system, content, prefill, dimensions],
    images.map(({ sha256 }) => sha256),
    scale ?? choices.map(({ label }) => label),
  ]);

/**
 * Whether two replies do not get the same id by chance. Some servers draw from few: Ollama's is
 * `chatcmpl-` and a number below 999.
 */
const isTelling = (id: string): boolean =>
  id.replace(/^[a-z]+[-_]/i, '').replaceAll(/[^a-z\d]/gi, '').length >= TELLING_CHARACTERS;

const TELLING_CHARACTERS = 8;

/**
 * The header by which a cache says that a reply is out of it: as HTTP's own (`age`, `cache-status`), a
 * gateway's or a network's (`cf-cache-status: HIT`, `x-portkey-cache-status`, `helicone-cache`, …).
 * Prompt caches of vendors, which answer anew, are none.
 *
 * @returns `name: value`; undefined: none says so
 */
export function cacheHeader(headers: Headers): string | undefined {
  for (const [name, value] of headers) {
    if (name === 'age' && Number(value) > 0) return `${name}: ${value}`;
    if (!/cache/.test(name) || /prompt|token|kv/.test(name)) continue;
    const isHit =
      name === 'x-litellm-cache-key' ||
      (name !== 'cache-control' && HIT.test(value)) ||
      (/cache-hits?$/.test(name) && /\btrue\b|\b[1-9]/i.test(value)) ||
      (/(^|-)(from-cache|cached)$/.test(name) && /^(true|yes|1)$/i.test(value.trim())) ||
      (/(^|-)cache(-status)?$/.test(name) && /^cached$/i.test(value.trim()));
    if (isHit) return `${name}: ${value}`;
  }
  return undefined;
}

/** `HIT`, `Hit from cloudfront`, `TCP_MEM_HIT`, `SEMANTIC HIT`, `STALE`; not `MISS`, `hit=0`, `no-hit`. */
const HIT = /(?<!no[-_ ]?)(?<![a-z])hit(?![a-z]|=0|=false)|^(stale|updating|revalidated)\b/i;
