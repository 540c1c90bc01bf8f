import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface CliResult {
  status: number;
  stdout: string;
  stderr: string;
}

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** Runs `npm run iqa -- <arguments>` without npm. */
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
