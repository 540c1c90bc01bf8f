import type { Command } from 'commander';
import { addActionCommand } from './action.ts';
import { addBatchCommand } from './batch/index.ts';
import { addBiasCommand } from './bias.ts';
import { addCacheCommand } from './cache.ts';
import { addCheckCommand } from './check.ts';
import { addDatasetCommand } from './dataset.ts';
import { addDegradationsCommand } from './degradations.ts';
import { addEstimateCommand } from './estimate.ts';
import { addHistoryCommand } from './history.ts';
import { addInitCommand } from './init.ts';
import { addModelsCommand } from './models.ts';
import { addPriorsCommand } from './priors.ts';
import { addRankCommand } from './rank.ts';
import { addReportCommand } from './report.ts';
import { addScoreCommand } from './score.ts';

/** Every command, in the order of the help text. */
export const commands: readonly ((program: Command) => void)[] = [
  addInitCommand,
  addScoreCommand,
  addRankCommand,
  addDatasetCommand,
  addCheckCommand,
  addEstimateCommand,
  addModelsCommand,
  addReportCommand,
  addHistoryCommand,
  addPriorsCommand,
  addBiasCommand,
  addBatchCommand,
  addCacheCommand,
  addDegradationsCommand,
  addActionCommand,
];
