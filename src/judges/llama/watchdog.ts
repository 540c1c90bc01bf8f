import { spawn } from 'node:child_process';

/**
 * A small process between a run and its llama-server. It ends the server when the run has ended, however
 * it did: the channel between them closes then, also when the run is killed. It ends when the server does.
 *
 * Arguments: the server, then its own arguments.
 */

/** How long a server may take to end by itself. */
const PATIENCE_MS = 5_000;

const [program, ...rest] = process.argv.slice(2);
const server = spawn(program as string, rest, { stdio: ['ignore', 'inherit', 'inherit'] });

function endServer(): void {
  server.kill('SIGTERM');
  setTimeout(() => server.kill('SIGKILL'), PATIENCE_MS).unref();
}

// So that the run can end the server where this process was killed.
if (server.pid !== undefined) process.send?.(server.pid);
process.on('SIGTERM', endServer);
process.on('disconnect', endServer);
if (!process.connected) endServer();

server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 128 : 1)));
