import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/common/config-error.ts';
import { beforeFirstRow } from '../../src/harness/before-first-row.ts';

const source = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).pathname);

/** Runs a module in a process of its own. */
const run = (text: string): Promise<{ code: number; stderr: string; stdout: string }> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { beforeFirstRow } from ${source('src/harness/before-first-row.ts')};
         import { ConfigError } from ${source('src/common/config-error.ts')};
         ${text}`,
      ],
      { env: { ...process.env, NODE_OPTIONS: '', MY_API_KEY: 'sk-0123456789' } },
      (error, stdout, stderr) => done({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

const refuse = (message: string) =>
  `(() => { throw new ConfigError(${JSON.stringify(message)}); })`;

describe('what promptfoo calls before its first row', () => {
  it('prints a configuration error that nobody catches as one line, and ends with 1', async () => {
    expect(await run(`beforeFirstRow(${refuse('no such\nfile')}, 'gpt');`)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'gpt: no such file\n',
    });
    expect(await run(`await beforeFirstRow(async () => ${refuse('no file')}());`)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'no file\n',
    });
  });

  it('prints no key and no character that commands a terminal', async () => {
    const { stderr } = await run(
      `beforeFirstRow(${refuse('sk-0123456789 \u001b[31m\u202e.jpg')});`,
    );
    expect(stderr).toBe('[MY_API_KEY] \\u001b[31m\\u202e.jpg\n');
  });

  it('leaves an error that is caught alone, and Node to every other one', async () => {
    const caught = `try { beforeFirstRow(${refuse('caught')}); } catch {}`;
    expect(await run(caught)).toEqual({ code: 0, stdout: '', stderr: '' });
    const other = await run(`${caught} setTimeout(() => { throw new TypeError('a bug'); });
      setTimeout(() => console.log('went on'), 300);`);
    expect(other.code).toBe(1);
    expect(other.stdout).toBe('');
    expect(other.stderr).toMatch(/TypeError: a bug\n {4}at /);
    const handled = await run(`${caught} process.on('uncaughtException', () => console.log('mine'));
      setTimeout(() => { throw new TypeError('a bug'); });`);
    expect(handled).toEqual({ code: 0, stdout: 'mine\n', stderr: '' });
  });

  it('hands other errors and results on as they are', async () => {
    const bug = new TypeError('a bug\nin two lines');
    expect(() =>
      beforeFirstRow(() => {
        throw bug;
      }, 'gpt'),
    ).toThrow(bug);
    expect(bug.message).toBe('a bug\nin two lines');
    await expect(beforeFirstRow(() => Promise.reject(bug))).rejects.toBe(bug);
    expect(beforeFirstRow(() => 3)).toBe(3);
    expect(await beforeFirstRow(() => Promise.resolve(3))).toBe(3);
    expect(() =>
      beforeFirstRow(() => {
        throw new ConfigError('wrong');
      }, 'gpt'),
    ).toThrow(new ConfigError('gpt: wrong'));
  });
});
