import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../cli/command-line.ts';

export interface CliResult {
  status: number;
  stdout: string;
  stderr: string;
}

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** Runs `npm run iqa -- <arguments>` without npm, in a process of its own. */
export function runCli(args: readonly string[], workingDirectory: string): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [MAIN, ...args],
      { cwd: workingDirectory },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ status: Number(error?.code ?? 0), stdout, stderr });
      },
    );
  });
}

/** The same within this process: for commands that start none, and one at a time. */
export async function callCli(
  args: readonly string[],
  workingDirectory: string,
): Promise<CliResult> {
  if (isCalling) throw new Error('callCli: await the call before');
  isCalling = true;
  const before = { folder: process.cwd(), exitCode: process.exitCode };
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  process.chdir(workingDirectory);
  process.exitCode = undefined;
  try {
    await runCommandLine(args);
    return { status: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.release();
    stderr.release();
    process.chdir(before.folder);
    process.exitCode = before.exitCode;
    isCalling = false;
  }
}

let isCalling = false;

/** Keeps what is written to a stream of this process, instead of writing it. */
function capture(stream: NodeJS.WriteStream): { text: () => string; release: () => void } {
  const write = stream.write;
  const kept: string[] = [];
  stream.write = (chunk: string | Uint8Array) => {
    kept.push(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
    return true;
  };
  return {
    text: () => kept.join(''),
    release: () => {
      stream.write = write;
    },
  };
}
