import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORRELATION_KEY } from '../../../src/harness/row-keys.ts';
import type { CorrelationAnswer } from '../../../src/rows/correlation-row.ts';
import type { PreferenceAnswer } from '../../../src/rows/preference-row.ts';

/** A column of a saved run: its answer, or the error of its correlation row. */
export interface SavedColumn {
  provider?: string;
  prompt?: string;
  answers: (CorrelationAnswer | PreferenceAnswer | { dataset: string; error: string })[];
  /** What the answers are about; images where it is left out. */
  of?: 'pairs';
  /** Configuration of the assertion. */
  config?: object;
  version?: string;
  /** What its assertion said, where it is a gate. */
  gate?: { pass: boolean; judged?: boolean; sentence?: string };
  /** Further rows, of images. */
  images?: { success?: boolean; error?: string }[];
}

/** What promptfoo saves of one correlation row, as far as it is read. */
function resultOf(
  answer: SavedColumn['answers'][number],
  column: SavedColumn,
  place: { promptIdx: number; testIdx: number },
) {
  const { provider = 'candidate', prompt = 'qdebias', version = '0.1.0', gate, of } = column;
  const config = column.config ?? (gate ? { min: 0.1 } : {});
  const { dataset } = answer;
  const failed = 'error' in answer;
  return {
    ...place,
    id: randomUUID(),
    provider: { id: 'file://providers/debiased.ts', label: provider },
    prompt: { raw: '{}', label: prompt },
    vars: { image: 'correlation', mos: '' },
    success: !failed && gate?.pass !== false,
    ...(failed && { error: answer.error, failureReason: 2 }),
    testCase: {
      metadata: { dataset, [CORRELATION_KEY]: { dataset, ...(of && { kind: of }) } },
      assert: [{ type: 'javascript', config }],
    },
    ...(gate && !failed && { gradingResult: gradingOf(gate) }),
    response: failed
      ? { error: answer.error }
      : {
          output: 'scored',
          metadata: {
            [of === 'pairs' ? 'preferences' : 'correlation']: answer,
            versions: { 'promptfoo-iqa': version },
          },
        },
  };
}

function gradingOf({
  pass,
  judged = true,
  sentence = 'SRCC 0.5',
}: NonNullable<SavedColumn['gate']>) {
  const metadata = { iqaGate: { judged, sentence, remarks: [] } };
  return { componentResults: [{ pass, reason: sentence, metadata }] };
}

/** A row of an image, as far as it is read. */
const imageRow = (
  { success = true, error }: NonNullable<SavedColumn['images']>[number],
  { provider = 'candidate', prompt = 'qdebias', answers }: SavedColumn,
  place: { promptIdx: number; testIdx: number },
) => ({
  ...place,
  id: randomUUID(),
  provider: { id: 'file://providers/debiased.ts', label: provider },
  prompt: { raw: '{}', label: prompt },
  vars: { image: 'a.png', mos: 1 },
  success: success && error === undefined,
  ...(error !== undefined && { error, failureReason: 2 }),
  testCase: { metadata: { dataset: answers[0]?.dataset ?? 'd' } },
  response: error === undefined ? { output: '{}', metadata: {} } : { error },
});

export interface SavedRun {
  /** When it was begun, in ISO 8601; null: not said. */
  date: string | null;
  evalId?: string;
  exportedAt?: string;
  columns: SavedColumn[];
}

const resultsOf = ({ columns }: SavedRun) =>
  columns.flatMap((column, promptIdx) => {
    const { answers, images = [] } = column;
    return [
      ...answers.map((answer, testIdx) => resultOf(answer, column, { promptIdx, testIdx })),
      ...images.map((image, index) =>
        imageRow(image, column, { promptIdx, testIdx: answers.length + index }),
      ),
    ];
  });

/** What `promptfoo eval -o <name>.json` writes. */
export function jsonOf(run: SavedRun) {
  const { date, columns } = run;
  return {
    evalId: run.evalId ?? `eval-${randomUUID()}`,
    results: {
      version: 3,
      ...(date && { timestamp: date }),
      prompts: columns.map(({ provider = 'candidate', prompt = 'qdebias' }) => ({
        raw: '{}',
        label: prompt,
        provider,
      })),
      results: resultsOf(run),
    },
    metadata: {
      ...(date && { evaluationCreatedAt: date }),
      ...(run.exportedAt && { exportedAt: run.exportedAt }),
    },
  };
}

/** Writes it, and returns its path. */
export function save(folder: string, name: string, json: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof json === 'string' ? json : JSON.stringify(json));
  return file;
}

/** The lines of `-o <name>.jsonl` of what was saved as JSON. */
export const linesOf = (json: ReturnType<typeof jsonOf>): string =>
  `${json.results.results.map((result) => JSON.stringify(result)).join('\n')}\n`;
