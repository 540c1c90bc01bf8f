import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigError } from '../../common/config-error.ts';

/** Where a model comes from: a file on this machine, or a repository that the server downloads from. */
export type ModelSource =
  | { kind: 'file'; path: string; mmproj: string }
  /** `name` with its quantization, as `-hf` takes it. */
  | { kind: 'repository'; name: string };

/** `owner/name`, then perhaps `:Q4_K_M`. */
const REPOSITORY = /^[\w.-]+\/[\w.-]+(:[\w.-]+)?$/;

/**
 * Reads what stands behind `llama:`. A file's vision part (mmproj) is the one that lies beside it.
 *
 * @param model a path to a `.gguf` file, from the working directory, or `owner/name[:quantization]`
 * @param mmproj path of the vision part, where it is not found by itself
 * @throws ConfigError no such file, no vision part or several, or neither of both forms
 */
export function modelSource(model: string, mmproj?: string): ModelSource {
  const where = `judge: "llama:${model}"`;
  if (/\.gguf$/i.test(model)) return fileSource(absolute(model), mmproj, where);
  if (!REPOSITORY.test(model)) {
    throw new ConfigError(
      `${where}: neither a path that ends in .gguf nor a repository of Hugging Face, as in llama:Qwen/Qwen3-VL-2B-Instruct-GGUF:Q4_K_M`,
    );
  }
  if (mmproj !== undefined) {
    throw new ConfigError(
      `${where}: judgeOptions.mmproj is for a file; the server finds the vision part of a repository itself`,
    );
  }
  return { kind: 'repository', name: model };
}

function fileSource(path: string, mmproj: string | undefined, where: string): ModelSource {
  if (!existsSync(path)) throw new ConfigError(`${where}: no such file ${path}`);
  if (isVisionPart(path)) {
    throw new ConfigError(
      `${where}: ${basename(path)} is the vision part of a model; name the model's own file, which takes this one from beside it`,
    );
  }
  if (mmproj !== undefined) {
    const given = absolute(mmproj);
    if (!existsSync(given)) throw new ConfigError(`judgeOptions.mmproj: no such file ${given}`);
    return { kind: 'file', path, mmproj: given };
  }
  return { kind: 'file', path, mmproj: visionPartBeside(path, where) };
}

function visionPartBeside(path: string, where: string): string {
  const folder = dirname(path);
  const found = readdirSync(folder).filter((name) => /\.gguf$/i.test(name) && isVisionPart(name));
  // A folder may hold several models: the part that has the model's name in its own is meant.
  const named = found.filter((name) => name.toLowerCase().includes(stem(path)));
  const [only, ...others] = named.length > 0 ? named : found;
  if (only !== undefined && others.length === 0) return join(folder, only);
  throw new ConfigError(
    only === undefined
      ? `${where}: no vision part (mmproj….gguf) lies beside it, and without one the model cannot see; download it from where the model came from, or name it in judgeOptions.mmproj`
      : `${where}: ${found.length} vision parts lie beside it (${found.slice(0, 3).join(', ')}); name one in judgeOptions.mmproj`,
  );
}

const isVisionPart = (path: string): boolean => /mmproj/i.test(basename(path));

/** The name without its ending and its quantization. */
const stem = (path: string): string =>
  basename(path)
    .toLowerCase()
    .replace(/(-\d{5}-of-\d{5})?\.gguf$/, '')
    .replace(/[.-](i?q\d\w*|f16|f32|bf16)$/, '');

const absolute = (path: string): string =>
  resolve(path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);
