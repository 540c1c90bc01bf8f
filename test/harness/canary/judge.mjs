import { appendFileSync } from 'node:fs';

/** An assertion of promptfoo that records what it is given. */
export default function judge(output, { config, vars, metadata, provider }) {
  const { name, fails = false, sum } = config;
  appendFileSync(
    `${import.meta.dirname}/record.jsonl`,
    `${JSON.stringify({ at: 'judged', name, output, image: vars.image, metadata, provider: provider?.label })}\n`,
  );
  return {
    pass: !fails,
    score: fails ? 0 : 1,
    reason: `reason of ${name}`,
    metadata: { iqaGate: { said: name } },
    ...(sum !== undefined && { namedScores: { SRCC: sum } }),
    ...(name === 'shared' && { namedScores: { score: 0.5 } }),
    ...(fails && { assertion: { type: `rank-correlation: because of ${name}` } }),
  };
}
