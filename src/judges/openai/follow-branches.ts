import { type ChoiceMasses, type OpenBranch, possibleShift } from '../reading/token-masses.ts';

/** Requests beside the first: enough for every first digit of 0 to 100, and for `10`. */
const MOST_FURTHER = 10;

/** Share of the range by which an answer may be off without a further request. */
const TOLERANCE = 0.005;

/**
 * Asks how the beginnings go on that one reply leaves open (`7` of 7 and 70 to 79, where `8` was
 * generated and each digit is a token), the weightiest first, until what is open can move the expected
 * value no more than by `TOLERANCE`.
 *
 * @param first what the first reply says
 * @param values of the choices
 * @param ask brings what the reply that begins with the branch says; undefined: nothing about it
 */
export async function followBranches(
  first: ChoiceMasses,
  values: readonly number[],
  ask: (branch: OpenBranch) => Promise<ChoiceMasses | undefined>,
): Promise<ChoiceMasses> {
  let found = first;
  const asked = new Set<string>();
  for (;;) {
    const next = weightiest(found, values, asked).slice(0, MOST_FURTHER - asked.size);
    if (next.length === 0) return found;
    for (const { text } of next) asked.add(text);
    const brought = await Promise.all(
      next.map(async (branch) => ({ branch, masses: await ask(branch) })),
    );
    for (const { branch, masses } of brought) if (masses) found = joined(found, branch, masses);
  }
}

/** The fewest branches after which the rest does not matter, were each followed to its end. */
function weightiest(
  { masses, open }: ChoiceMasses,
  values: readonly number[],
  asked: ReadonlySet<string>,
): OpenBranch[] {
  const reach = ({ mass, choices }: OpenBranch): number => {
    const reached = choices.map((i) => values[i]!);
    return mass * (Math.max(...reached) - Math.min(...reached));
  };
  const candidates = open
    // What may have ended does not go on.
    .filter(({ text, choices }) => choices.length > 1 && !asked.has(text))
    .sort((a, b) => reach(b) - reach(a));
  const isEnough = (count: number) => {
    const followed = new Set(candidates.slice(0, count));
    const rest = open.filter((branch) => !followed.has(branch));
    const known = withHalfway(masses, followed);
    return possibleShift({ masses: known, open: rest }, values) <= TOLERANCE;
  };
  const count = candidates.findIndex((_, i) => isEnough(i));
  return count < 0 ? candidates : candidates.slice(0, count);
}

/** As if each followed branch were shared equally by what it may become: for the choice of what to ask only. */
function withHalfway(masses: readonly number[], followed: ReadonlySet<OpenBranch>): number[] {
  const known = [...masses];
  for (const { mass, choices } of followed) {
    for (const i of choices) known[i] = known[i]! + mass / choices.length;
  }
  return known;
}

function joined(found: ChoiceMasses, branch: OpenBranch, further: ChoiceMasses): ChoiceMasses {
  return {
    masses: found.masses.map((mass, i) => mass + further.masses[i]!),
    coveredMass: found.coveredMass + further.coveredMass,
    open: [...found.open.filter((each) => each !== branch), ...further.open],
    unlistedMass: found.unlistedMass + further.unlistedMass,
  };
}
