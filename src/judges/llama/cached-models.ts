import { type Dirent, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

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
    const isVisionPart = ({ path }: File) => /mmproj/i.test(path.slice(folder.length));
    const vision = new Set(files.filter(isVisionPart).map(({ path }) => repositoryIn(path)));
    // Revisions of a repository are one model, and of one in pieces the first stands for all.
    const models = Map.groupBy(
      files.filter((file) => !isVisionPart(file)),
      ({ path }) => JSON.stringify([nameOf(withoutPiece(path)), basename(withoutPiece(path))]),
    );
    return [...models.values()].map((pieces) => {
      const [{ path }] = pieces as [File, ...File[]];
      const own = pieces.filter((piece) => dirname(piece.path) === dirname(path));
      return {
        name: nameOf(path),
        path,
        bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
        hasVision: vision.has(repositoryIn(path)),
      };
    });
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

interface File {
  path: string;
  bytes: number;
}

/** In the order of their names. */
function ggufFiles(folder: string, depth: number): File[] {
  if (depth === 0) return [];
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return ggufFiles(path, depth - 1);
      return entry.name.endsWith('.gguf') ? fileAt(path) : [];
    });
}

/** Hugging Face's cache holds links to blobs, of which one may lead nowhere. */
function fileAt(path: string): File[] {
  try {
    const file = statSync(path);
    return file.isFile() ? [{ path, bytes: file.size }] : [];
  } catch {
    return [];
  }
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
  const quantization = /[._-](?<quantization>i?q\d\w*|f16|f32|bf16)(-\d+-of-\d+)?\.gguf$/i.exec(
    path,
  );
  return quantization?.groups ? `${repository}:${quantization.groups.quantization}` : repository;
}

const withoutPiece = (path: string): string => path.replace(/-\d+(?=-of-\d+\.gguf$)/, '');
