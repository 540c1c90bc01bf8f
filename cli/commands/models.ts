import { totalmem } from 'node:os';
import type { Command } from 'commander';
import { ConfigError } from '../../src/common/config-error.ts';
import { plainTable } from '../../src/common/plain-table.ts';
import { displayPath } from '../../src/datasets/image-path.ts';
import { cachedModels } from '../../src/judges/llama/cached-models.ts';
import { findServer, serverVersion } from '../../src/judges/llama/find-server.ts';
import { example } from '../example.ts';
import { SUGGESTED_MODELS } from '../models/suggested.ts';

const BYTES_PER_GB = 1e9;

export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .summary('list models for judge llama:<model>')
    .description(
      'Lists the llama-server that would be started, the models that are on this machine, and a few that are suggested. Nothing is started or downloaded.',
    )
    .addHelpText('after', example('models'))
    .action(() => {
      process.stdout.write(`${[server(), here(), suggested()].join('\n\n')}\n`);
    });
}

function server(): string {
  try {
    const path = findServer();
    return `llama-server ${serverVersion(path)}: ${path}`;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

function here(): string {
  const models = cachedModels();
  if (models.length === 0) return 'No model is on this machine where llama.cpp keeps them.';
  return `On this machine:\n${plainTable(
    ['judge', 'size', 'vision part', 'file'],
    models.map(({ name, bytes, hasVision, path }) => [
      `llama:${name}`,
      `${(bytes / BYTES_PER_GB).toFixed(1)} GB`,
      hasVision ? 'yes' : 'none: it cannot see',
      displayPath(path),
    ]),
  )}`;
}

function suggested(): string {
  const memory = (totalmem() / BYTES_PER_GB).toFixed(0);
  return `Suggested (this machine has ${memory} GB of memory; sizes and memory are about):\n${plainTable(
    ['judge', 'licence', 'download', 'memory', 'several images', 'image quality level'],
    SUGGESTED_MODELS.map((model) => [
      `llama:${model.name}`,
      model.licence,
      `${model.downloadGb} GB`,
      `${model.memoryGb} GB`,
      model.takesSeveralImages ? 'yes' : 'no',
      model.publishedLevel ?? 'unknown',
    ]),
  )}`;
}
