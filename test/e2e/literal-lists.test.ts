import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rawInput } from '../../src/images/resize.ts';
import { picture } from '../images/pictures.ts';
import type { BatchServer } from '../servers/batches.ts';
import { startOpenaiBatchServer } from '../servers/openai-batch.ts';
import { bodiesOf, collect, runCli, submit } from './batch-runs.ts';
import { checkout, createProject, OWN_HOOKS, type Project, type ResultRow } from './promptfoo.ts';

const FIVE_MINUTES_MS = 300_000;
const SECRET = 'sk-of-no-use-0123456789';

/** Names of images and groups that promptfoo, nunjucks or Node would take for more than a text. */
const LINES: [image: string, group: string][] = [
  ['pic{{1+1}}.png', 'file://code.js'],
  ['pic2.png', 'file://code.cjs'],
  ['{{ range.constructor("return process.version")() }}.png', 'package:promptfoo:evaluate'],
  ['{{ env.IQA_TEST_API_KEY }}.png', '{{ env.IQA_TEST_API_KEY }}'],
  ['{% raw %}.png', '{% for x in [1] %}y{% endfor %}'],
  ['{# c #}.png', '{{image}}'],
  ['package:promptfoo:x.png', 'x{{ range.constructor("return 1")() }}'],
  ['{{group}}.png', '{{'],
];

let project: Project | undefined;
let server: Pick<BatchServer, 'close'> | undefined;
afterEach(async () => {
  delete process.env.IQA_TEST_API_KEY;
  await project?.remove();
  await server?.close();
});

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** A project with the list, its prompt and its configuration; without the images. */
async function projectOf(config: object): Promise<Project> {
  const made = await createProject({
    providers: [
      {
        id: checkout('providers/debiased.ts'),
        label: 'judge',
        config,
      },
    ],
    prompts: [{ id: 'file://asking.yaml', label: 'asking' }],
    tests: [
      {
        path: checkout('datasets/csv.ts'),
        config: {
          file: 'list.csv',
          image: 'image',
          mos: 'mos',
          group: 'group',
          dataset: '{{1+1}}',
        },
      },
    ],
    defaultTest: {
      vars: { caption: 'of {{group}}' },
      assert: ['assertions/debiased-score.ts', 'assertions/rank-correlation.ts'].map((path) => ({
        type: 'javascript',
        value: checkout(path),
      })),
    },
    extensions: OWN_HOOKS,
  });
  await made.write(
    'asking.yaml',
    `condition: none\nquality: {content: 'Rate {{group}}, {{caption}}.', choices: {good: 1, poor: 0}}\n`,
  );
  const list = LINES.map(([image, group], index) => `${quoted(image)},${index},${quoted(group)}`);
  await made.write('list.csv', `image,mos,group\n${list.join('\n')}\n`);
  return made;
}

const bytesOf = (index: number) =>
  rawInput(picture(64 + index, 64))
    .png()
    .toBuffer();

describe('a list whose texts look like templates, files and code', () => {
  it(
    'is scored from the files it names, begun and gone on with, and runs nothing',
    async () => {
      process.env.IQA_TEST_API_KEY = SECRET;
      project = await projectOf({ judge: 'statistical' });
      const code = `require('node:fs').writeFileSync('ran', ''); module.exports = () => ({ output: 'x' });`;
      await project.write('code.js', code);
      await project.write('code.cjs', code);
      for (const [index, [image]] of LINES.entries()) {
        if (index > 0) await project.write(image, await bytesOf(index));
      }

      const begun = await project.evaluate('-o', 'out.json');
      expect(begun.exitCode).toBe(100);
      const rows = begun.output?.results.results ?? [];
      expect(rows).toHaveLength(LINES.length + 1);
      expect(rows[0]?.error).toBe(
        'list.csv, line 2: no such file pic{{1+1}}.png; add it, correct the path or remove the line',
      );
      expect(rows.at(-1)?.error).toContain('pic{{1+1}}.png (list.csv, line 2: no such file');

      await project.write(LINES[0]?.[0] ?? '', await bytesOf(0));
      const ended = await project.evaluate('--retry-errors');
      expect(ended.exitCode).toBe(0);
      const folder = project.folder;
      const scored: ResultRow[] = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'))
        .results.results;
      const images = scored.slice(0, -1).map(({ metadata }) => metadata as Record<string, unknown>);
      for (const [index, [image, group]] of LINES.entries()) {
        const sha256 = createHash('sha256')
          .update(await bytesOf(index))
          .digest('hex');
        expect(images[index]?.imageFile).toMatchObject({ sha256 });
        expect(images[index]).toMatchObject({ group, dataset: '{{1+1}}' });
        expect(String(images[index]?.image).replace(/^\.\//, '')).toBe(image);
        const { text = '' } = (images[index]?.prompt ?? {}) as { text?: string };
        expect(JSON.parse(text).quality.content).toBe(`Rate ${group}, of ${group}.`);
      }
      expect(scored.at(-1)?.namedScores.SRCC).toBeDefined();

      const written = await Promise.all(
        ['out.json', 'iqa-report/report.html', 'iqa-report/report.json'].map((file) =>
          readFile(join(folder, file), 'utf8'),
        ),
      );
      expect([begun.log, ended.log, ...written].join()).not.toContain(SECRET);
      expect(existsSync(join(folder, 'ran'))).toBe(false);
    },
    FIVE_MINUTES_MS,
  );

  it(
    'is checked, estimated and bought in a batch by the same names',
    async () => {
      process.env.IQA_TEST_API_KEY = SECRET;
      const openai = await startOpenaiBatchServer({ polls: 0 });
      server = openai;
      project = await projectOf({
        judge: 'openai:gpt-4.1',
        judgeOptions: { baseUrl: openai.baseUrl, apiKeyEnv: 'IQA_TEST_API_KEY' },
        preview: 'none',
      });
      for (const [index, [image]] of LINES.entries()) {
        await project.write(image, await bytesOf(index));
      }
      const config = ['-c', 'promptfooconfig.yaml'];
      const estimated = await runCli(project, 'estimate', ...config);
      expect(estimated.log).toMatch(new RegExp(`all +${LINES.length} +0 `));
      const submitted = await submit(project);
      expect(submitted.log).toContain(`submitted ${LINES.length} requests`);
      const asked = bodiesOf(openai);
      for (const [, group] of LINES) {
        const question = JSON.stringify(`Rate ${group}, of ${group}.`).slice(1, -1);
        expect(asked.filter((body) => body.includes(question))).toHaveLength(1);
      }
      const collected = await collect(project);
      expect(collected.log).toContain(`done ${LINES.length}, failed 0`);
      const scored = await project.evaluate();
      expect(openai.directCalls()).toBe(0);
      const rows = scored.output?.results.results ?? [];
      expect(rows.map(({ error }) => error ?? '').join('')).toBe('');
      const logs = [estimated, submitted, collected, scored].map(({ log }) => log);
      expect([...logs, ...asked, JSON.stringify(scored.output)].join()).not.toContain(SECRET);
    },
    FIVE_MINUTES_MS,
  );
});
