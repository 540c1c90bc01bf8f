import { execFile } from 'node:child_process';
import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { outputsIn } from '../../src/harness/command-line.ts';
import { promptsOfRun, repetitionsOf } from '../../src/harness/continued-evaluation.ts';
import { loadEnvironment } from '../../src/harness/env-files.ts';
import { failedAnswer } from '../../src/harness/failed-answer.ts';
import { namedInJunit } from '../../src/harness/junit.ts';
import { cacheOf, isKept } from '../../src/harness/kept-evaluation.ts';
import { resultsByColumn } from '../../src/harness/latest-results.ts';
import { filledIn, literalVars, shielded, unshielded } from '../../src/harness/literal-text.ts';
import { loadPromptfooProvider } from '../../src/harness/load-provider.ts';
import { outputPicture } from '../../src/harness/output-picture.ts';
import { promptFileName } from '../../src/harness/prompt-label.ts';
import { readEvaluationRow } from '../../src/harness/promptfoo-database.ts';
import { providerEntry } from '../../src/harness/provider-entry.ts';
import { statusIn, wordsIn } from '../../src/harness/provider-response.ts';
import { renderPrompt } from '../../src/harness/render-prompt.ts';
import {
  assertionOutcomes,
  isFirstRepetition,
  outputValue,
} from '../../src/harness/result-parts.ts';
import {
  type Evaluation,
  evaluationSchema,
  FAILURE_IS_ERROR,
} from '../../src/harness/result-schema.ts';
import { isCorrelationTest } from '../../src/harness/row-keys.ts';
import { isCommandLine } from '../../src/harness/running-promptfoo.ts';
import {
  errorsIn,
  readSavedEvaluation,
  savedMetadataSchema,
} from '../../src/harness/saved-output.ts';
import { defaultVars, isParsedPrompt } from '../../src/harness/suite.ts';
import { PROMPTFOO, promptfooEnvironment } from '../e2e/promptfoo.ts';
import {
  BROKEN_PROMPT,
  createCanary,
  DEFAULT_VARS,
  HAND_WRITTEN,
  NASTY,
  PLAIN_PROMPT,
  type Recorded,
  takeRecord,
} from './canary/fixture.ts';

const TWO_MINUTES_MS = 120_000;

let folder = '';
const at = (name: string) => join(folder, name);
const QUIET = ['--no-table', '--no-progress-bar', '-j', '1'];

async function promptfoo(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = folder) {
  const { exitCode, log } = await new Promise<{ exitCode: number; log: string }>((done) => {
    execFile(
      process.execPath,
      [PROMPTFOO, ...args],
      { cwd, env: { ...promptfooEnvironment(at('home')), ...env }, maxBuffer: 1e8 },
      (error, stdout, stderr) =>
        done({ exitCode: error ? Number(error.code ?? 1) : 0, log: stdout + stderr }),
    );
  });
  return { exitCode, log, record: await takeRecord(folder) };
}
type Ran = Awaited<ReturnType<typeof promptfoo>>;

let first: Ran;
let unkept: Ran;
let refused: Ran;
let retriedInside: Ran;
let retried: Ran;

beforeAll(async () => {
  folder = await createCanary();
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', at('home'));
  first = await promptfoo(
    [
      ...['eval', '-c', 'configs/canary.yaml', '--env-file', 'over.env'],
      ...['-o', 'out.json', 'out.jsonl', 'out.junit.xml', ...QUIET],
    ],
    { CANARY_C: 'process', CANARY_D: 'process' },
  );
  // promptfoo writes the outputs anew when it goes on.
  for (const type of ['json', 'jsonl']) await copyFile(at(`out.${type}`), at(`first.${type}`));
  unkept = await promptfoo(
    [
      ...['eval', '-c', 'configs/canary.yaml', '--no-write', '-n', '1', '--repeat', '2'],
      '-o',
      'unkept.json',
      ...QUIET,
    ],
    { CANARY_EXIT_CODE: '77', CANARY_PASS: '1' },
  );
  refused = await promptfoo(['eval', '--retry-errors', ...QUIET]);
  retriedInside = await promptfoo(['eval', '--retry-errors', ...QUIET], {}, at('configs'));
  retried = await promptfoo(
    ['retry', first.record.afterAll?.evalId ?? '', '-c', 'configs/canary.yaml'],
    { CANARY_MENDED: '1' },
  );
}, TWO_MINUTES_MS);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const files = new Set<string>();

/**
 * A habit of promptfoo that its documents do not promise. Where one fails, the sentence is no longer true of the
 * installed version, and the file rests on it.
 */
const habit = (sentence: string, file: string, check: () => unknown) => {
  files.add(file);
  it(`${sentence} (src/harness/${file}.ts rests on it)`, async () => void (await check()));
};

const calls = (column: string, image: string, ran = first) =>
  ran.record.called.filter(
    ({ column: name, test }) => name === column && test.vars?.image === image,
  );
const call = (column: string, image: string) =>
  calls(column, image)[0] as Recorded['called'][number];
const evaluation = (): Evaluation => evaluationSchema.parse(first.record.afterAll);
const saved = async () => JSON.parse(await readFile(at('first.json'), 'utf8'));
const ofImage = ({ results }: Pick<Evaluation, 'results'>, image: string) =>
  results.filter(({ vars }) => vars.image === image);

describe('promptfoo is started with its own entry, and', () => {
  habit('every option stands in process.argv behind it', 'command-line', () => {
    const [call] = first.record.called;
    expect(isCommandLine(call?.argv[1])).toBe(true);
    expect(outputsIn(call?.argv.slice(2) ?? [])).toEqual([
      'out.json',
      'out.jsonl',
      'out.junit.xml',
    ]);
  });
  habit('--env-file goes before the environment, and that before .env', 'env-files', () => {
    const environment: NodeJS.ProcessEnv = { CANARY_C: 'process', CANARY_D: 'process' };
    loadEnvironment(['--env-file', 'over.env'], folder, environment);
    expect(environment).toEqual({
      ...{ CANARY_A: 'file', CANARY_B: 'dot' },
      ...{ CANARY_C: 'process', CANARY_D: 'file' },
    });
    expect(first.record.called[0]?.env).toEqual(environment);
  });
  habit('it exits with 0 or 100 when it has run all rows', 'run-promptfoo', () => {
    expect(first.exitCode).toBe(100);
    expect(retried.exitCode).toBe(0);
  });
  habit('it gives out the results that --no-write does not keep', 'run-promptfoo', async () => {
    // Two rows of two repetitions each in four columns.
    expect(unkept.record.afterAll.results).toHaveLength(16);
    expect((await readSavedEvaluation(at('unkept.json'))).results).toHaveLength(16);
  });
  habit('it leaves an exit code alone that a hook has set where no row fails', 'gate-exit', () => {
    expect(unkept.exitCode, unkept.log).toBe(77);
  });
});

describe('of an entry under providers, promptfoo', () => {
  habit('adds the folder of the configuration to its config', 'provider-entry', () => {
    const [made] = first.record.made;
    expect(providerEntry(made?.options.config)).toEqual({
      given: { given: 1 },
      basePath: 'configs',
      isMadeByPromptfoo: true,
    });
  });
  habit('tells the label right after it has made the provider', 'provider-entry', () => {
    expect(first.record.made.map(({ label }) => label)).toEqual([null, null, null]);
    expect(first.record.labelled.map(({ label }) => label)).toEqual(['one', 'two', 'gone']);
    expect(first.record.order.slice(0, 6).sort()).toEqual([
      ...['labelled', 'labelled', 'labelled'],
      ...['made', 'made', 'made'],
    ]);
  });
});

describe('to the hooks of an extension, promptfoo', () => {
  habit('hands the suite with its filters applied and its defaults not yet', 'suite', () => {
    const { tests, defaultTest, providerPromptMap, providers } = first.record.beforeAll;
    expect(providers).toEqual(['one', 'two', 'gone']);
    expect(tests).toHaveLength(5);
    expect(tests.every(({ vars }) => vars?.shared === undefined)).toBe(true);
    expect(defaultVars({ defaultTest } as never)).toEqual(DEFAULT_VARS);
    expect(providerPromptMap.two).toEqual(['named']);
    expect(unkept.record.beforeAll.tests).toHaveLength(1);
  });
  habit('hands its own list of providers, and runs those that a hook leaves in it', 'suite', () => {
    const columns = new Set(first.record.called.map(({ column }) => column));
    expect([...columns].sort()).toEqual(['one', 'two']);
  });
  habit(
    'makes the columns of each provider in turn, of the prompts that its entry names',
    'suite',
    () => {
      expect(
        evaluation().prompts.map(({ provider, label }) => [provider, promptFileName(label)]),
      ).toEqual([
        ['one', expect.stringMatching(/prompts\/plain\.yaml$/)],
        ['one', 'named'],
        ['one', expect.stringMatching(/prompts\/broken\.yaml$/)],
        ['two', 'named'],
      ]);
    },
  );
  habit(
    'gives the assertions and metadata of defaultTest to a test that a hook appends',
    'suite',
    () => {
      const names = new Set(
        first.record.judged.filter(({ image }) => image === 'appended').map(({ name }) => name),
      );
      expect(names).toEqual(new Set(['shared', 'other', 'first', 'second']));
    },
  );
  habit('makes no several tests of a list among the vars of an appended test', 'suite', () => {
    expect(calls('two', 'appended')).toHaveLength(1);
  });
  habit('shows the vars of a row in the order in which a hook returns them', 'suite', () => {
    expect(Object.keys(ofImage(evaluation(), 'shown.png')[0]?.vars ?? {})[0]).toBe('preview');
  });
  habit(
    'hands the metadata of the configuration, and that of a test to everybody',
    'row-keys',
    async () => {
      expect(first.record.afterAll.config.metadata).toEqual({ iqaReport: { folder: 'x' } });
      for (const { testCase } of ofImage(evaluation(), 'appended')) {
        expect(isCorrelationTest(testCase)).toBe(true);
      }
      expect(call('one', 'appended').test.metadata?.iqaCorrelation).toEqual({ rows: [1, 2] });
      expect(
        ofImage(await readSavedEvaluation(at('first.json')), 'appended').map(
          ({ testCase }) => testCase.metadata,
        ),
      ).toEqual(ofImage(evaluation(), 'appended').map(({ testCase }) => testCase.metadata));
    },
  );
});

describe('of a prompt, promptfoo', () => {
  habit('makes the label of its path and its text where it has none', 'prompt-label', () => {
    const labels = first.record.beforeAll.prompts.map(({ label }) => label);
    expect(labels.map((label) => label.split('/').at(-1))).toEqual([
      expect.stringMatching(/^plain\.yaml: \{/),
      'named',
      expect.stringMatching(/^broken\.yaml: quality/),
    ]);
  });
  habit('forgets the path where a prompt has a label of its own', 'prompt-source', () => {
    const [plain, named] = first.record.beforeAll.prompts;
    expect(JSON.stringify(plain)).toContain('plain.yaml');
    expect(JSON.stringify(named)).not.toContain('plain.yaml');
  });
  habit('hands a YAML file over as JSON, and as it stands where it is none', 'suite', () => {
    const [plain, , broken] = first.record.beforeAll.prompts;
    expect(JSON.parse(plain?.raw ?? '')).toEqual(PLAIN_PROMPT);
    expect(isParsedPrompt(plain?.raw ?? '')).toBe(true);
    expect(broken?.raw).toBe(BROKEN_PROMPT);
    expect(isParsedPrompt(broken?.raw ?? '')).toBe(false);
  });
  habit('fills in the vars of a row as renderPrompt does', 'render-prompt', () => {
    const found = call('two', shielded(NASTY.image));
    const vars = { ...DEFAULT_VARS, ...NASTY };
    expect(JSON.parse(unshielded(found.prompt))).toEqual(
      JSON.parse(renderPrompt(found.raw, filledIn(vars, true))),
    );
    expect(unshielded(found.prompt)).toContain('of package:');
    const written = call('two', HAND_WRITTEN.image);
    expect(JSON.parse(written.prompt)).toEqual(
      JSON.parse(renderPrompt(written.raw, filledIn({ ...DEFAULT_VARS, ...HAND_WRITTEN }))),
    );
    expect(written.prompt).toContain('a go\\"od picture, X.');
  });
});

describe('with a row, promptfoo', () => {
  habit('leaves a text alone that is shielded', 'literal-text', () => {
    const { vars, test } = call('two', shielded(NASTY.image));
    expect(literalVars({ vars, metadata: test.metadata })).toMatchObject(NASTY);
    expect(literalVars(test)).toMatchObject(NASTY);
  });
  habit(
    'replaces a file:// picture by its bytes in context.vars and not in the test',
    'row-of-context',
    () => {
      const { vars, test } = call('two', HAND_WRITTEN.image);
      expect(String(vars.image)).not.toBe(HAND_WRITTEN.image);
      expect(test.vars?.image).toBe(HAND_WRITTEN.image);
    },
  );
  habit(
    'tells the evaluation, the repetition and the row, and hands a signal to stop',
    'row-of-context',
    () => {
      const { evalId } = first.record.afterAll;
      for (const { evaluationId, testIdx, hasSignal } of first.record.called) {
        expect({ evaluationId, hasSignal }).toEqual({ evaluationId: evalId, hasSignal: true });
        expect(Number.isInteger(testIdx)).toBe(true);
      }
      expect(calls('two', 'appended', unkept).map(({ repeatIndex }) => repeatIndex)).toEqual([
        0, 1,
      ]);
    },
  );
  habit(
    'begins rows in their order, an appended one after those before it',
    'rows-to-begin',
    () => {
      const rows = first.record.called.map(({ testIdx }) => testIdx);
      expect(rows).toEqual([...rows].sort((a, b) => a - b));
      const last = first.record.called.map(({ test }) => test.vars?.image).lastIndexOf('shown.png');
      const appended = first.record.called.findIndex(({ test }) => test.vars?.image === 'appended');
      expect(appended).toBeGreaterThan(last);
    },
  );
  habit('takes an error for no rate limit that says what kind it is', 'failed-answer', () => {
    const { metadata } = failedAnswer('rate limit, 429');
    expect(metadata).toEqual({ rateLimitKind: 'quota' });
    // One in each column: no call is made again.
    expect(calls('one', 'limited.png').length + calls('two', 'limited.png').length).toBe(4);
    for (const { response, failureReason } of ofImage(evaluation(), 'limited.png')) {
      expect(response?.error).toBe('DSC_0429.jpg: rate limit, 429');
      expect(response?.metadata).toMatchObject({ kept: 1 });
      expect(failureReason).toBe(FAILURE_IS_ERROR);
    }
  });
});

describe('of a result, promptfoo', () => {
  habit('says 2 for an error and something else for a failed assertion', 'result-schema', () => {
    const reasons = (image: string) =>
      new Set(ofImage(evaluation(), image).map(({ failureReason }) => failureReason));
    expect(reasons('failed.png')).toEqual(new Set([FAILURE_IS_ERROR]));
    expect(reasons('appended').has(FAILURE_IS_ERROR)).toBe(false);
    expect(ofImage(evaluation(), 'appended').every(({ success }) => !success)).toBe(true);
  });
  habit('gives and saves an output as it was or as its JSON', 'result-parts', async () => {
    const output = { score: 0.5, of: 'shown.png' };
    for (const results of [evaluation(), await readSavedEvaluation(at('first.json'))]) {
      for (const { response } of ofImage(results, 'shown.png')) {
        expect(outputValue(response?.output)).toEqual(output);
      }
    }
    for (const { output: judged } of first.record.judged.filter(
      ({ image }) => image === 'shown.png',
    )) {
      expect(outputValue(judged)).toEqual(output);
    }
  });
  habit(
    'lists what assertions said in the order of the assertions, with their metadata',
    'result-parts',
    () => {
      const [result] = ofImage(evaluation(), 'appended');
      const outcomes = result ? assertionOutcomes(result) : [];
      expect(outcomes.map(({ config }) => ({ said: (config as { name: string }).name }))).toEqual(
        outcomes.map(({ said }) => said?.metadata?.iqaGate),
      );
      expect(outcomes).toHaveLength(4);
      expect(outcomes.map(({ said }) => said?.reason)).toContain('reason of second');
      const [error] = ofImage(evaluation(), 'failed.png');
      expect(error && assertionOutcomes(error).every(({ said }) => said === undefined)).toBe(true);
    },
  );
  habit(
    'keeps a picture of an answer beside its database, by its SHA-256, and refers to it',
    'output-picture',
    async () => {
      const shown = (await saved()).results.results.filter(
        ({ vars }: { vars: { image: string } }) => vars.image === 'shown.png',
      );
      expect(shown.length).toBeGreaterThan(0);
      for (const { response } of shown) {
        expect(response.images[0]).not.toHaveProperty('data');
        const picture = await outputPicture('', response, { allowFiles: false });
        expect(picture.source).toHaveLength(60_000);
      }
    },
  );
  habit('hands metadata of an answer to its assertions', 'row-keys', () => {
    const judged = first.record.judged.filter(({ image }) => image === 'shown.png');
    expect(judged.every(({ metadata }) => metadata?.kept === 2)).toBe(true);
  });
  habit('hands an assertion the provider of its column, which has the label', 'suite', () => {
    const labels = new Set(first.record.judged.map(({ provider }) => provider));
    expect(labels).toEqual(new Set(evaluation().results.map(({ provider }) => provider.label)));
    expect(labels.size).toBe(2);
  });
  habit('numbers the repetitions of a test one after another', 'result-parts', () => {
    const rows = (image: string) =>
      calls('two', image, unkept).map(({ testIdx, repeatIndex }) => [testIdx, repeatIndex]);
    expect(rows(shielded(NASTY.image))).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(rows('appended')).toEqual([
      [2, 0],
      [3, 1],
    ]);
    expect([0, 1, 2, 3].map((index) => isFirstRepetition(index, 2))).toEqual([
      ...[true, false],
      ...[true, false],
    ]);
  });
  habit('adds up a metric over the rows of a column, so that one row publishes it', 'suite', () => {
    const sums = ({ record }: Ran) =>
      record.afterAll.prompts.map(({ metrics }) => metrics.namedScores.SRCC);
    // The appended row publishes 2, and has one repetition more in the second run.
    expect(sums(first)).toEqual([2, 2, 2, 2]);
    expect(sums(unkept)).toEqual([4, 4, 4, 4]);
  });
});

describe('of what it writes, promptfoo', () => {
  habit('writes its outputs after its last hook', 'own-outputs', () => {
    expect(first.record.afterAll.hasOutput).toBe(false);
  });
  habit('saves in JSON what its last hook is given', 'saved-output', async () => {
    const read = await readSavedEvaluation(at('first.json'));
    const place = ({ testIdx, promptIdx }: { testIdx: number; promptIdx: number }) =>
      testIdx * 100 + promptIdx;
    const sorted = ({ results }: Evaluation) => [...results].sort((a, b) => place(a) - place(b));
    expect(sorted(read)).toEqual(sorted(evaluation()));
    expect(read.prompts).toEqual(evaluation().prompts);
    expect(read.evalId).toBe(first.record.afterAll.evalId);
    expect(errorsIn(await saved())).toEqual(['DSC_0429.jpg: rate limit, 429', 'no answer']);
    expect(savedMetadataSchema.parse(await saved()).results.results).toHaveLength(24);
  });
  habit('says when an evaluation was begun, and when it was saved', 'saved-output', async () => {
    const { createdAt, exportedAt, evalId } = await readSavedEvaluation(at('first.json'));
    // The evaluation's name ends in the second of its beginning.
    expect(evalId?.slice(-'2026-11-26T07:38:44'.length)).toBe(
      createdAt?.toISOString().slice(0, 19),
    );
    expect(Number(exportedAt)).toBeGreaterThan(Number(createdAt));
  });
  habit('gives a result the same id in each of its outputs', 'result-schema', async () => {
    const ids = async (name: string) =>
      (await readSavedEvaluation(at(name))).results.map(({ id }) => id).sort();
    expect(await ids('first.json')).toEqual(await ids('first.jsonl'));
    expect(new Set(await ids('first.json')).size).toBe(24);
  });
  habit(
    'saves a result a line in JSON Lines, with its prompt as it was sent',
    'saved-lines',
    async () => {
      const { results, prompts } = await readSavedEvaluation(at('first.jsonl'));
      expect(results).toHaveLength(24);
      expect(prompts.map(({ label }) => promptFileName(label))).toEqual(
        evaluation().prompts.map(({ label }) => promptFileName(label)),
      );
    },
  );
  habit('writes the types of failed assertions into JUnit, and no reasons', 'junit', async () => {
    const text = await readFile(at('out.junit.xml'), 'utf8');
    const { type } = namedInJunit('rank-correlation', 'because of second');
    expect(text).toContain(type);
    expect(text).not.toContain('reason of second');
  });
});

describe('in its database, promptfoo', () => {
  habit(
    'keeps an evaluation under its name from its start, and whether it uses the cache',
    'kept-evaluation',
    () => {
      const { evalId } = first.record.afterAll;
      expect(isKept(evalId)).toBe(true);
      expect(cacheOf(evalId)).toBe(true);
    },
  );
  habit('keeps how often an evaluation repeats its rows', 'continued-evaluation', () => {
    const { evalId } = first.record.afterAll;
    const row = readEvaluationRow('runtime_options', evalId);
    expect(JSON.parse(String(row?.runtime_options))).toMatchObject({ repeat: 1 });
    expect(repetitionsOf(['retry', evalId])).toEqual({ begun: 1, now: 1 });
  });
  habit('keeps none under --no-write, which has a name all the same', 'kept-evaluation', () => {
    const id = unkept.record.called[0]?.evaluationId;
    expect(id).toMatch(/^eval-/);
    expect(isKept(id)).toBe(false);
  });
});

describe('when it goes on with an evaluation, promptfoo', () => {
  habit(
    'looks for the files of the kept configuration from the working directory, the provider first',
    'other-folder',
    () => {
      expect(refused.exitCode).toBe(1);
      expect(refused.log).toMatch(/ENOENT.*probe\.mjs/);
      expect(refused.record.order).toEqual([]);
      const row = readEvaluationRow('config', first.record.afterAll.evalId);
      expect(JSON.parse(String(row?.config))).toMatchObject({
        tests: ['file://../rows.mjs', {}],
        extensions: ['file://../hooks.mjs:beforeAll', {}, {}],
      });
    },
  );
  habit(
    'takes the prompts of --retry-errors from the columns, one for each',
    'continued-evaluation',
    () => {
      const { prompts } = retriedInside.record.beforeAll;
      expect(prompts.map(({ label }) => promptFileName(label).split('/').at(-1))).toEqual([
        ...['plain.yaml', 'named', 'broken.yaml'],
        'named',
      ]);
      expect(promptsOfRun(prompts as never, ['eval', '--retry-errors'])).toHaveLength(3);
    },
  );
  habit('takes the prompts of retry from the configuration', 'continued-evaluation', () => {
    expect(retried.record.beforeAll.prompts).toEqual(first.record.beforeAll.prompts);
    expect(retried.record.called[0]?.argv.slice(2)).toEqual([
      ...['retry', first.record.afterAll.evalId],
      ...['-c', 'configs/canary.yaml'],
    ]);
  });
  habit('gives its last hook the old errors beside the new results', 'latest-results', () => {
    const again = evaluationSchema.parse(retried.record.afterAll);
    const failed = ofImage(again, 'failed.png');
    expect(failed.some(({ failureReason }) => failureReason === FAILURE_IS_ERROR)).toBe(true);
    expect(failed.some(({ success }) => success)).toBe(true);
    const latest = resultsByColumn(again).flatMap(({ results }) =>
      ofImage({ results }, 'failed.png'),
    );
    expect(latest).toHaveLength(4);
    expect(latest.every(({ success }) => success)).toBe(true);
  });
});

describe('the importable promptfoo', () => {
  habit('loads a provider relative to a folder', 'load-provider', async () => {
    const provider = await loadPromptfooProvider(
      'file://../probe.mjs',
      { given: 2 },
      at('configs'),
    );
    expect(provider.id()).toBe('probe');
  });
  habit('leaves its cache out of what is asked in its absence', 'load-provider', async () => {
    const { cache, loadApiProvider } = await import('promptfoo');
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ choices: [{ message: { content: `answer ${asked}` } }] }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const { port } = server.address() as AddressInfo;
      const config = { apiBaseUrl: `http://127.0.0.1:${port}/v1`, apiKey: 'none' };
      const ours = await loadPromptfooProvider('openai:chat:m', config, folder);
      const theirs = await loadApiProvider('openai:chat:m', { options: { config } });
      const outputs = [];
      for (const provider of [theirs, ours, ours, theirs]) {
        outputs.push((await provider.callApi('one question')).output);
      }
      // The provider of somebody else in this process finds its own first answer again.
      expect(outputs).toEqual(['answer 1', 'answer 2', 'answer 3', 'answer 1']);
      expect(cache.isCacheEnabled()).toBe(true);
    } finally {
      server.close();
    }
  });
  habit(
    'has providers that write the status into the message of an error',
    'provider-response',
    async () => {
      const answers = [
        { status: 401, body: { error: { message: 'no such key' } } },
        {
          status: 200,
          body: { id: 'r1', model: 'm-2', choices: [{ message: { content: 'good' } }] },
        },
      ];
      const server = createServer((_, response) => {
        const { status, body } = answers.shift() ?? { status: 500, body: {} };
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      try {
        const { port } = server.address() as AddressInfo;
        const config = { apiBaseUrl: `http://127.0.0.1:${port}/v1`, apiKey: 'none' };
        const provider = await loadPromptfooProvider('openai:chat:m', config, folder);
        const refusal = await provider.callApi('q');
        expect(statusIn(String(refusal.error))).toBe(401);
        const reply = await provider.callApi('q');
        expect(wordsIn(reply.output)).toBe('good');
      } finally {
        server.close();
      }
    },
  );
});

describe('the table of habits in docs/architecture.md', () => {
  it('names each file that rests on one', async () => {
    const page = await readFile(new URL('../../docs/architecture.md', import.meta.url), 'utf8');
    const [, section = ''] = page.split("## What rests on promptfoo's habits");
    const [own = ''] = section.split('\n## ');
    const rows = own.split('\n').filter((line) => line.startsWith('| '));
    const named = new Set(
      rows.flatMap((row) => [...row.matchAll(/`([\w-]+)\.ts`/g)].map(([, file]) => file)),
    );
    expect([...files].filter((file) => !named.has(file))).toEqual([]);
    const here = new Set(await readdir(new URL('../../src/harness', import.meta.url)));
    expect([...named].filter((file) => !here.has(`${file}.ts`))).toEqual([]);
  });
});
