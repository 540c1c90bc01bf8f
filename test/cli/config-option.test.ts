import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { callCli } from './run-cli.ts';

it.each([['estimate'], ['check'], ['batch submit']])(
  '%s says in a folder without a configuration what to do',
  async (command) => {
    const folder = await mkdtemp(join(tmpdir(), 'iqa-no-config-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { status, stderr } = await callCli(command.split(' '), folder);
    expect(status).toBe(1);
    expect(stderr).toBe(
      'error: there is no promptfooconfig.yaml in this folder; name a configuration with -c, or let init write one\n',
    );
  },
);

it.each([['estimate'], ['check'], ['batch submit']])(
  '%s says in one line that a configuration is not there',
  async (command) => {
    const { status, stderr } = await callCli([...command.split(' '), '-c', 'nope.yaml'], tmpdir());
    expect([status, stderr]).toEqual([
      1,
      'error: -c "nope.yaml": there is no such file; name a configuration that is there\n',
    ]);
  },
);

it('the version is that of the package', async () => {
  const { status, stdout } = await callCli(['--version'], tmpdir());
  expect([status, stdout]).toEqual([0, `${packageJson.version}\n`]);
});
