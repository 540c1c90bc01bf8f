import { type Dirent, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A model that has been downloaded, as a judge names it. */
export interface CachedModel {
  /** What stands behind `llama:`. */
  name: string;
  path: string;
  bytes: number;
  /** Whether its vision part lies beside it. */
  hasVision: boolean;
}

/** Files deeper than this are nobody's model. */
const DEPTH = 6;

/** Models in the folders where llama.cpp and Hugging Face's tools keep them. */
export function cachedModels(environment: NodeJS.ProcessEnv = process.env): CachedModel[] {
  return cacheFolders(environment).flatMap((folder) => {
    const files = ggufFiles(folder, DEPTH);
    const isVisionPart = (path: string) => /mmproj/i.test(path.slice(folder.length));
    return (
      files
        .filter((path) => !isVisionPart(path))
        // Of a model in pieces, the first stands for all.
        .filter((path) => !/-0*([2-9]|\d\d+)-of-\d+\.gguf$/.test(path))
        .map((path) => ({
          name: nameOf(path),
          path,
          bytes: statSync(path).size,
          hasVision: files.some(
            (other) => isVisionPart(other) && repositoryIn(other) === repositoryIn(path),
          ),
        }))
    );
  });
}

function cacheFolders(environment: NodeJS.ProcessEnv): string[] {
  const home = homedir();
  const cache = environment.XDG_CACHE_HOME || join(home, '.cache');
  const own =
    process.platform === 'darwin'
      ? join(home, 'Library', 'Caches', 'llama.cpp')
      : process.platform === 'win32'
        ? join(environment.LOCALAPPDATA || home, 'llama.cpp')
        : join(cache, 'llama.cpp');
  const huggingFace = environment.HF_HOME || join(cache, 'huggingface');
  return [
    ...new Set([
      environment.LLAMA_CACHE || own,
      environment.HF_HUB_CACHE || join(huggingFace, 'hub'),
    ]),
  ];
}

function ggufFiles(folder: string, depth: number): string[] {
  if (depth === 0) return [];
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ggufFiles(path, depth - 1);
    // Hugging Face's cache holds links to blobs.
    return entry.name.endsWith('.gguf') && statSync(path, { throwIfNoEntry: false })?.isFile()
      ? [path]
      : [];
  });
}

/** `owner/name` of a file in either cache: a folder `models--owner--name`, or a prefix `owner_name_`. */
function repositoryIn(path: string): string {
  const folder = /models--(?<owner>[^/\\]+?)--(?<name>[^/\\]+)/.exec(path)?.groups;
  if (folder) return `${folder.owner}/${folder.name}`;
  const prefix = /(?<owner>[^/\\_]+)_(?<name>[^/\\]+?-GGUF)_[^/\\]+\.gguf$/i.exec(path)?.groups;
  return prefix ? `${prefix.owner}/${prefix.name}` : path.replace(/[^/\\]+$/, '');
}

function nameOf(path: string): string {
  const repository = repositoryIn(path);
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) return path;
  const quantization = /[.-](?<quantization>i?q\d\w*|f16|f32|bf16)(-\d+-of-\d+)?\.gguf$/i.exec(
    path,
  );
  return quantization?.groups ? `${repository}:${quantization.groups.quantization}` : repository;
}
