import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { storePath } from '../src/answers/store-file.ts';
import { promptfooFolder } from '../src/harness/iqa-folder.ts';

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const OF_THE_TESTS = inject('testFolder');

describe('a test that says nothing of folders', () => {
  it('has a store and a database of its own, not those of the person who runs it', () => {
    for (const path of [promptfooFolder(), storePath()]) {
      expect(path.startsWith(OF_THE_TESTS)).toBe(true);
      expect(path).not.toContain(join(homedir(), '.promptfoo') + sep);
    }
    expect(dirname(dirname(storePath()))).toBe(promptfooFolder());
  });

  it('has no other file of tests beside its temporary folders', () => {
    expect(dirname(tmpdir())).toBe(OF_THE_TESTS);
    expect(readdirSync(tmpdir())).toEqual([]);
  });

  it('starts processes that have them too', () => {
    const shown = execFileSync(process.execPath, [MAIN, 'cache'], { encoding: 'utf8' });
    expect(shown).toContain(OF_THE_TESTS);
  });
});
