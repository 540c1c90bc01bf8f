import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ConfigError } from '../../common/config-error.ts';

/** Names a server that is not on the path. */
const SERVER_VARIABLE = 'LLAMA_SERVER';

const INSTALL =
  'install llama.cpp (macOS and Linux: brew install llama.cpp; Windows: winget install llama.cpp; or a release from github.com/ggml-org/llama.cpp/releases), or set LLAMA_SERVER to the path of llama-server';

/**
 * The path of llama-server: what LLAMA_SERVER names, or the first on the path.
 *
 * @throws ConfigError there is none; the message says how to get it
 */
export function findServer(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment[SERVER_VARIABLE]?.trim();
  if (named) {
    if (isExecutable(named)) return named;
    throw new ConfigError(
      `${SERVER_VARIABLE} is "${named}", which is no program that can be run; ${INSTALL}`,
    );
  }
  const name = process.platform === 'win32' ? 'llama-server.exe' : 'llama-server';
  const folders = (environment.PATH ?? environment.Path ?? '').split(delimiter).filter(Boolean);
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found !== undefined) return found;
  throw new ConfigError(`no llama-server on the path: ${INSTALL}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What a server says of its version, in one line; `unknown` where it says nothing. */
export function serverVersion(server: string): string {
  // Some say it on stderr, some with an exit code that is not 0.
  const { stdout, stderr } = spawnSync(server, ['--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  return versionLine(`${stdout ?? ''}\n${stderr ?? ''}`);
}

const versionLine = (output: string): string =>
  /version:?\s*(?<version>[^\r\n]{1,80})/i.exec(output)?.groups?.version?.trim() ?? 'unknown';
