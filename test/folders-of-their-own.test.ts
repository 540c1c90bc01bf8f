import { execFileSync } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { storePath } from '../providers/answers/store-file.ts';
import { promptfooFolder } from '../providers/iqa-folder.ts';

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const OF_THE_TESTS = join(tmpdir(), 'iqa-test-');

describe('a test that says nothing of folders', () => {
  it('has a store and a database of its own, not those of the person who runs it', () => {
    for (const path of [promptfooFolder(), storePath()]) {
      expect(path.startsWith(OF_THE_TESTS)).toBe(true);
      expect(path).not.toContain(join(homedir(), '.promptfoo') + sep);
    }
    expect(dirname(dirname(storePath()))).toBe(promptfooFolder());
  });

  it('starts processes that have them too', () => {
    const shown = execFileSync(process.execPath, [MAIN, 'cache'], { encoding: 'utf8' });
    expect(shown).toContain(OF_THE_TESTS);
  });
});
