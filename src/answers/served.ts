import { randomUUID } from 'node:crypto';
import type { Judge } from '../judges/judge.ts';
import type { ServedFacts, ServedLook } from '../judges/served-model.ts';
import type { Database } from './database.ts';
import { openServedTable, type ServedEntry } from './served-table.ts';

/**
 * Which model answers a judge's questions now, as far as its server tells. Kept answers of another one,
 * under the same name at the same address, are not reused.
 */
export interface Served {
  /** Part of every key; left out for vendors' own endpoints, where a name is one model. */
  readonly identity: string | undefined;
  /** What a look at the server has shown; undefined for vendors' own endpoints. */
  readonly look: ServedLook | undefined;
  /** Whether a kept answer or reply that named this model is one of the model that answers now. */
  isCurrent(answered: string): boolean;
  /** A reply has come. Where the server could not be asked before, it is now; that may change `identity`. */
  settle(): Promise<void>;
  /** A reply that named this model is kept, in the same write. */
  keep(answered: string): void;
}

/** For judges whose name is one model. */
export const NAMED: Served = {
  identity: undefined,
  look: undefined,
  isCurrent: () => true,
  settle: async () => {},
  keep: () => {},
};

/** Told apart from what any server says. */
const UNKNOWN = '{}';
const UNDECIDED = 'none that is kept';

const RUN = randomUUID();
const DONE = Promise.resolve();

/** Provider and extension may be loaded as two copies of this module: a run looks, and says a thing, once. */
const SHARED = Symbol.for('promptfoo-iqa.served-models');
const shared = globalThis as {
  [SHARED]?: { looks: Map<string, Promise<ServedLook>>; said: Set<string> };
};

/** @param say gets one line about what is not reused, or reused without having been confirmed */
export async function createServed(
  { id, serves }: Pick<Judge, 'id' | 'serves'>,
  database: Database,
  say: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Promise<Served> {
  if (!serves) return NAMED;
  const { endpoint } = serves;
  shared[SHARED] ??= { looks: new Map(), said: new Set() };
  const { looks, said } = shared[SHARED];
  const place = JSON.stringify([database.path, id, endpoint]);
  const lookAnew = (): Promise<ServedLook> => {
    const looking = serves.look();
    looks.set(place, looking);
    return looking;
  };
  const sayOnce = (text: string) => {
    const line = `judge ${id} at ${endpoint}: ${text}`;
    if (said.has(line)) return;
    said.add(line);
    say(line);
  };

  const table = openServedTable(database);
  const before = table.entries(id, endpoint);
  const heard = new Set<string>();
  let settling: Promise<void> | undefined;
  let look = await (looks.get(place) ?? lookAnew());
  let identity = '';
  /** Models that count as the one that answers, until a reply says it. */
  let presumed: ReadonlySet<string> | undefined;

  const decide = () => {
    const identities = [...new Set(before.map((entry) => entry.identity))];
    const [latest] = before;
    if (look.isReached) {
      identity = identityOf(look.facts);
      if (latest && latest.identity !== identity) {
        sayOnce(
          `it says that it serves ${describe(identity, latest.identity)}, where ${describe(latest.identity, identity)} answered under this name last; what that answered is kept and not reused`,
        );
      }
    } else {
      identity = identities.length > 1 ? UNDECIDED : (latest?.identity ?? UNKNOWN);
      if (latest) {
        sayOnce(
          identities.length > 1
            ? `it cannot be asked what it serves (${look.problem}), and ${identities.length} models have answered under this name (${identities.map((each, i) => describe(each, identities[i === 0 ? 1 : 0])).join('; ')}), so nothing kept is reused; start it with the one that is meant`
            : `it cannot be asked what it serves (${look.problem}); what is kept is all of ${describe(identity)}, and is reused`,
        );
      }
    }
    const same = before.filter((entry) => entry.identity === identity);
    const names = same.filter((entry) => entry.run === same[0]?.run);
    presumed = names.length > 0 ? new Set(names.map(({ answered }) => answered)) : undefined;
    // It is the latest from now on, though nothing may have to be bought of it.
    if (look.isReached && names.length > 0 && latest?.identity !== identity) {
      database.transaction(() => {
        for (const { answered } of names)
          table.keep(id, endpoint, { identity, answered, run: RUN });
      });
    }
  };
  decide();

  return {
    get identity() {
      return identity;
    },
    get look() {
      return look;
    },
    isCurrent(answered) {
      const current = heard.size > 0 ? heard : presumed;
      // An answer of several replies names all of their models.
      return !current || answered.split(', ').every((name) => current.has(name));
    },
    settle() {
      if (look.isReached) return DONE;
      settling ??= (async () => {
        const again = await lookAnew();
        // It has answered a question: what it does not tell now, it does not tell.
        look = again.isReached ? again : { isReached: true, facts: {} };
        looks.set(place, Promise.resolve(look));
        decide();
      })();
      return settling;
    },
    keep(answered) {
      if (heard.has(answered)) return;
      if (presumed && !presumed.has(answered)) {
        sayOnce(
          `it now answers as ${answered}, where ${[...presumed].join(', ')} answered under this name last; from here on what that answered is kept and not reused (run again to replace what was reused before)`,
        );
      }
      heard.add(answered);
      table.keep(id, endpoint, { identity, answered, run: RUN });
    },
  };
}

/** As it stands in keys. */
const identityOf = (facts: ServedFacts): string =>
  JSON.stringify(Object.fromEntries(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1))));

/** @param other what is the same in it is not named, where something differs */
function describe(identity: ServedEntry['identity'], other?: string): string {
  const facts = factsIn(identity);
  const others = other === undefined ? {} : factsIn(other);
  const differing = Object.entries(facts).filter(([name, value]) => others[name] !== value);
  return describeServed(differing.length > 0 ? Object.fromEntries(differing) : facts);
}

const factsIn = (identity: string): Record<string, string> =>
  identity === UNDECIDED ? {} : JSON.parse(identity);

const DIGEST_SHOWN = 12;

/** `model_path /models/a.gguf, build_info b4242`; digests shortened. */
export function describeServed(facts: ServedFacts): string {
  const told = Object.entries(facts).map(
    ([name, value]) =>
      `${name} ${/^(sha256:)?[\da-f]{40,}$/i.test(value) ? `${value.slice(0, DIGEST_SHOWN)}…` : value}`,
  );
  return told.length > 0 ? told.join(', ') : 'an unknown model (the server does not say which)';
}
