import { answers } from './answers.ts';
import { debiasing } from './debiasing.ts';
import { disagreements } from './disagreements.ts';
import { gates } from './gates.ts';
import { leaderboard } from './leaderboard.ts';
import { missing } from './missing.ts';
import { pairs } from './pairs.ts';
import { priors } from './priors.ts';
import { published } from './published.ts';
import { reproduction } from './reproduction.ts';
import { scatter } from './scatter.ts';
import type { Section } from './section.ts';
import { tags } from './tags.ts';

/** The sections of the report, in their order. */
export const sections: readonly Section[] = [
  leaderboard,
  gates,
  debiasing,
  published,
  pairs,
  priors,
  tags,
  scatter,
  disagreements,
  answers,
  missing,
  reproduction,
];
