import { agreement } from './agreement.ts';
import { answers } from './answers.ts';
import { cost } from './cost.ts';
import { debiasing } from './debiasing.ts';
import { dimensions } from './dimensions.ts';
import { disagreements } from './disagreements.ts';
import { gates } from './gates.ts';
import { generators } from './generators.ts';
import { leaderboard } from './leaderboard.ts';
import { missing } from './missing.ts';
import { pairs } from './pairs.ts';
import { parts } from './parts.ts';
import { positionBias } from './position-bias.ts';
import { preferences } from './preferences.ts';
import { priors } from './priors.ts';
import { published } from './published.ts';
import { reproduction } from './reproduction.ts';
import { scatter } from './scatter.ts';
import type { Section } from './section.ts';
import { tags } from './tags.ts';
import { worstPictures } from './worst-pictures.ts';

/** The sections of the report, in their order. */
export const sections: readonly Section[] = [
  leaderboard,
  generators,
  gates,
  debiasing,
  preferences,
  cost,
  published,
  pairs,
  agreement,
  parts,
  positionBias,
  dimensions,
  priors,
  tags,
  scatter,
  disagreements,
  worstPictures,
  answers,
  missing,
  reproduction,
];
