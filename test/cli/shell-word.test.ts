import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../cli/init/shell-word.ts';

it.each(['a.yaml', 'my photos/a b.yaml', '$(echo run) "b" `id`.yaml', "it's $HOME!.yaml"])(
  'a shell takes %j as it is',
  (path) => {
    const said = execFileSync('sh', ['-c', `printf %s ${shellWord(path)}`], { encoding: 'utf8' });
    expect(said).toBe(path);
  },
);

it('a path with a space stands in double quotes, which every shell reads', () => {
  expect(shellWord('my photos\\a.yaml')).toBe('"my photos\\a.yaml"');
});
