import type { Command } from 'commander';
import { addBatchCommand } from './batch/index.ts';
import { addCacheCommand } from './cache.ts';
import { addCheckCommand } from './check.ts';
import { addDatasetCommand } from './dataset.ts';
import { addDegradationsCommand } from './degradations.ts';
import { addEstimateCommand } from './estimate.ts';
import { addInitCommand } from './init.ts';
import { addModelsCommand } from './models.ts';
import { addReportCommand } from './report.ts';

/** Every command, in the order of the help text. */
export const commands: readonly ((program: Command) => void)[] = [
  addInitCommand,
  addDatasetCommand,
  addCheckCommand,
  addEstimateCommand,
  addModelsCommand,
  addReportCommand,
  addBatchCommand,
  addCacheCommand,
  addDegradationsCommand,
];
