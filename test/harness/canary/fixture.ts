import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { shieldedVars } from '../../../src/harness/literal-text.ts';
import { SOURCE_KEY } from '../../../src/harness/row-keys.ts';
import { rawInput } from '../../../src/images/resize.ts';
import { picture } from '../../images/pictures.ts';

/** What a text of a list may hold that promptfoo takes for more than a text. */
export const NASTY = {
  image: 'a{{1+1}}.jpg',
  mos: 'two\n',
  dataset: 'file://x.js',
  group: 'package:promptfoo:evaluate',
};

export const DEFAULT_VARS = { caption: 'of {{ group }}', group: 'none', shared: 'x' };

export const HAND_WRITTEN = {
  image: 'file://../pic.png',
  caption: 'a {{ adjective }} picture',
  adjective: 'go"od',
};

const loaded = (vars: Record<string, unknown>, answer: string) => ({
  vars: shieldedVars({ dataset: 'd', mos: 1, ...vars }),
  metadata: { [SOURCE_KEY]: { file: 'x', read: {} }, answer },
});

const LOADED = [
  loaded(NASTY, 'text'),
  loaded({ image: 'limited.png' }, 'limit'),
  loaded({ image: 'shown.png' }, 'picture'),
  loaded({ image: 'failed.png' }, 'error'),
];

const shared = (name: string) => ({
  type: 'javascript',
  value: 'file://../judge.mjs',
  config: { name },
});

const CONFIG = {
  providers: [
    { id: 'file://../probe.mjs', label: 'one', config: { given: 1 } },
    { id: 'file://../probe.mjs', label: 'two', prompts: ['named'] },
    { id: 'file://../probe.mjs', label: 'gone' },
  ],
  prompts: [
    'file://../prompts/plain.yaml',
    { id: 'file://../prompts/plain.yaml', label: 'named' },
    'file://../prompts/broken.yaml',
  ],
  tests: ['file://../rows.mjs', { vars: HAND_WRITTEN }],
  defaultTest: {
    vars: DEFAULT_VARS,
    metadata: { ofDefault: 1 },
    assert: [shared('shared'), shared('other')],
  },
  extensions: ['beforeAll', 'beforeEach', 'afterAll'].map((hook) => `file://../hooks.mjs:${hook}`),
  metadata: { iqaReport: { folder: 'x' } },
  evaluateOptions: { cache: true },
};

export const PLAIN_PROMPT = {
  quality: {
    content: ['query', 'Rate it {{ caption }}, {{ shared | upper }}.'],
    choices: { a: 1, b: 0 },
  },
};
export const BROKEN_PROMPT = 'quality: [unclosed {{ caption }}\n  a: "b';

export const ENV_FILES = {
  '.env': 'CANARY_A=dot\nCANARY_B=dot\nCANARY_C=dot\n',
  'over.env': 'CANARY_A=file\nCANARY_D=file\n',
};

/** A project whose configuration lies in `configs/`, and whose every file records what promptfoo gives it. */
export async function createCanary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'iqa-canary-'));
  await cp(fileURLToPath(new URL('.', import.meta.url)), folder, { recursive: true });
  const write = async (name: string, text: string | Uint8Array) => {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  };
  await write('configs/canary.yaml', stringify(CONFIG));
  await write('prompts/plain.yaml', stringify(PLAIN_PROMPT));
  await write('prompts/broken.yaml', BROKEN_PROMPT);
  await write('rows.json', JSON.stringify(LOADED));
  await write('pic.png', await rawInput(picture(8, 8)).png().toBuffer());
  for (const [name, text] of Object.entries(ENV_FILES)) await write(name, text);
  return folder;
}

/** What was recorded since the last call, of a kind. */
export async function takeRecord(folder: string): Promise<Recorded> {
  const file = join(folder, 'record.jsonl');
  const text = await readFile(file, 'utf8').catch(() => '');
  await rm(file, { force: true });
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { at: string });
  const of = <Line>(at: string) => lines.filter((line) => line.at === at) as Line[];
  return {
    order: lines.map(({ at }) => at),
    made: of('made'),
    labelled: of('labelled'),
    called: of('called'),
    judged: of('judged'),
    beforeAll: of<Recorded['beforeAll']>('beforeAll')[0] as Recorded['beforeAll'],
    afterAll: of<Recorded['afterAll']>('afterAll')[0] as Recorded['afterAll'],
  };
}

type Vars = Record<string, unknown>;

interface RecordedTest {
  vars?: Vars;
  metadata?: Vars;
  assert?: unknown[];
}

export interface Recorded {
  order: string[];
  made: { options: { config: Vars; id: string }; label: string | null }[];
  labelled: { label: string }[];
  called: {
    column: string;
    prompt: string;
    raw: string;
    promptLabel: string;
    vars: Vars;
    test: RecordedTest;
    evaluationId: string;
    repeatIndex: number;
    testIdx: number;
    hasSignal: boolean;
    argv: string[];
    env: Record<string, string>;
  }[];
  judged: { name: string; output: unknown; image: string; metadata?: Vars; provider?: string }[];
  beforeAll: {
    providers: string[];
    providerPromptMap: Record<string, string[]>;
    prompts: { label: string; raw: string }[];
    tests: RecordedTest[];
    defaultTest: RecordedTest;
  };
  afterAll: {
    results: { testIdx: number; promptIdx: number; failureReason: number }[];
    prompts: { metrics: { namedScores: Record<string, number> } }[];
    tests: number;
    hasOutput: boolean;
    evalId: string;
    config: { metadata?: Vars };
  };
}
