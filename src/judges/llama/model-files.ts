import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { iqaFolder } from '../../harness/iqa-folder.ts';
import type { ServedLook } from '../served-model.ts';
import type { ModelSource } from './model-source.ts';
import { sha256OfWeights } from './weights.ts';

/** The files that a server has loaded; the vision part where its log names it. */
const filesSchema = z.object({ model: z.string(), mmproj: z.string().optional() });

export type ModelFiles = z.output<typeof filesSchema>;

/**
 * What a model's files are, without starting its server. Those of a repository are known once a server
 * has loaded them.
 */
export async function lookAtFiles(source: ModelSource): Promise<ServedLook> {
  const files =
    source.kind === 'file'
      ? { model: source.path, mmproj: source.mmproj }
      : notedFiles()[source.name];
  if (!files || !existsSync(files.model)) {
    return { isReached: false, problem: 'its files have not been downloaded yet' };
  }
  const pieces = await Promise.all(piecesOf(files.model).map(sha256OfWeights));
  const weights = pieces.join(' ');
  const mmproj =
    files.mmproj !== undefined && existsSync(files.mmproj)
      ? await sha256OfWeights(files.mmproj)
      : undefined;
  return { isReached: true, facts: { weights, ...(mmproj !== undefined && { mmproj }) } };
}

/** Every file of a model in pieces, of which a judge names the first; else the one file. */
function piecesOf(path: string): string[] {
  const piece = /^(?<stem>.*)-\d{5}-of-(?<count>\d{5})\.gguf$/i.exec(basename(path))?.groups;
  if (!piece) return [path];
  const pieces = readdirSync(dirname(path))
    .filter((name) => {
      const other = /^(?<stem>.*)-\d{5}-of-(?<count>\d{5})\.gguf$/i.exec(name)?.groups;
      return other?.stem === piece.stem && other?.count === piece.count;
    })
    .sort();
  return pieces.map((name) => join(dirname(path), name));
}

/** Keeps which files a repository's name stood for. */
export function noteFiles(repository: string, files: ModelFiles): void {
  const file = noteFile();
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, JSON.stringify({ ...notedFiles(), [repository]: files }));
  renameSync(part, file);
}

const noteFile = (): string => join(iqaFolder(), 'llama', 'files.json');

/** Names of repositories and the files that they stood for last. */
export function notedFiles(): Record<string, ModelFiles> {
  try {
    return z.record(z.string(), filesSchema).parse(JSON.parse(readFileSync(noteFile(), 'utf8')));
  } catch {
    // Without them the next start tells.
    return {};
  }
}

/** The vision part that a server says it has loaded. */
export const visionPartIn = (log: string): string | undefined =>
  /loaded multimodal model, '(?<path>[^'\n]+)'/.exec(log)?.groups?.path;
