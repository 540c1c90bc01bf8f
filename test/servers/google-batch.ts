import type { BatchJob } from '@google/genai';
import {
  type BatchFault,
  type BatchServer,
  type BatchServerOptions,
  createVendor,
  hasEnded,
  hasFiles,
  type Reply,
  refusalOf,
  type ServerBatch,
  startRoutes,
} from './batches.ts';

export interface GoogleBatchServer extends BatchServer {
  baseUrl: string;
}

/** As the interface names its own states, which the SDK's types name `JOB_STATE_…`. */
type State = `BATCH_STATE_${string}`;

/**
 * Speaks AI Studio's Files and Batch interfaces, in the shapes that the SDK reads (`batchJobFromMldev`) and
 * https://ai.google.dev/api/batch-api: a batch is an operation with what is known of it in `metadata`.
 */
export async function startGoogleBatchServer(
  options: BatchServerOptions = {},
): Promise<GoogleBatchServer> {
  const vendor = createVendor(options);
  const types = new Map<string, string>();
  let url = '';

  const describe = (batch: ServerBatch, isOver: boolean) => {
    const { id, createdMs, metadata, refused } = batch;
    const results = isOver && !refused ? vendor.results(batch) : [];
    const failed = results.filter(({ kind }) => kind !== undefined).length;
    return {
      name: `batches/${id}`,
      metadata: {
        '@type': 'type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch',
        displayName: metadata?.displayName,
        createTime: new Date(createdMs).toISOString(),
        state: stateOf(batch, isOver),
        // Counts that are 0 are left out, and the others are texts.
        batchStats: {
          requestCount: String(batch.lines.length),
          ...(results.length > failed && {
            successfulRequestCount: String(results.length - failed),
          }),
          ...(failed > 0 && { failedRequestCount: String(failed) }),
        },
        ...(isOver &&
          !refused &&
          hasFiles(batch) && { output: { responsesFile: `files/out-${id}` } }),
      },
      done: isOver,
      ...(isOver && refused && { error: { code: 3, message: refused.message } }),
    } satisfies { name: BatchJob['name'] } & Record<string, unknown>;
  };

  const keep = (name: string, bytes: Buffer): Reply => {
    const type = types.get(name) ?? '';
    if (type === 'application/jsonl') {
      const refusal = refusalOf(linesOf(bytes.toString()), bytes.length, options.largest);
      if (refusal) return refusal;
    }
    const uri = `https://generativelanguage.googleapis.com/v1beta/files/${name}`;
    vendor.uploads.set(type === 'application/jsonl' ? name : uri, { bytes, type, name });
    return {
      status: 200,
      headers: { 'x-goog-upload-status': 'final' },
      json: { file: { name: `files/${name}`, uri, mimeType: type, state: 'ACTIVE' } },
    };
  };

  const server = await startRoutes(async (method, path, { json, headers, bytes }, query) => {
    if (path === '/upload/v1beta/files' && headers['x-goog-upload-command'] === 'start') {
      const name = `f${types.size + 1}`;
      types.set(name, String(headers['x-goog-upload-header-content-type']));
      const address = `${url}/upload/v1beta/files?name=${name}`;
      return { status: 200, headers: { 'x-goog-upload-url': address }, json: {} };
    }
    if (path === '/upload/v1beta/files') return keep(query.get('name') ?? '', bytes);
    const [, file] = /^\/v1beta\/files\/out-([^/]+):download$/.exec(path) ?? [];
    if (file !== undefined) {
      const of = vendor.batches.get(file);
      return of && query.get('alt') === 'media'
        ? { status: 200, text: resultLines(vendor.results(of)) }
        : undefined;
    }
    if (method === 'POST' && /^\/v1beta\/models\/[\w.-]+:batchGenerateContent$/.test(path)) {
      const { batch: asked } = json as {
        batch: { displayName: string; inputConfig: { fileName: string } };
      };
      const input = asked.inputConfig.fileName.replace('files/', '');
      const text = vendor.uploads.get(input)?.bytes.toString() ?? '';
      const metadata = { displayName: asked.displayName };
      return vendor.submit(linesOf(text), { metadata }, (made) => ({
        status: 200,
        json: describe(made, false),
      }));
    }
    if (method === 'GET' && path === '/v1beta/batches') {
      const operations = [...vendor.batches.values()].map((batch) => describe(batch, false));
      return { status: 200, json: { operations } };
    }
    const [, id = '', action] = /^\/v1beta\/batches\/([^/:]+)(:cancel)?$/.exec(path) ?? [];
    const batch = vendor.batches.get(id);
    if (!batch) return undefined;
    if (action) batch.isCanceled = true;
    return { status: 200, json: action ? {} : describe(batch, hasEnded(batch)) };
  }, options);
  url = server.url;
  return { ...server, ...vendor.state, baseUrl: url };
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { key, request } = JSON.parse(line);
      return { customId: key, body: request };
    });

const FAILURES: Readonly<Record<Exclude<BatchFault, 'missing'>, object>> = {
  error: { code: 3, message: 'image is too large', status: 'INVALID_ARGUMENT' },
  overloaded: { code: 14, message: 'The model is overloaded.', status: 'UNAVAILABLE' },
  expired: { code: 4, message: 'Deadline exceeded.', status: 'DEADLINE_EXCEEDED' },
};

const resultLines = (results: ReturnType<ReturnType<typeof createVendor>['results']>): string =>
  results
    .map(({ customId, kind, body }) => {
      const outcome = kind === undefined ? { response: body } : { error: FAILURES[kind] };
      return `${JSON.stringify({ key: customId, ...outcome })}\n`;
    })
    .join('');

function stateOf({ refused, isCanceled, ending }: ServerBatch, isOver: boolean): State {
  if (!isOver) return 'BATCH_STATE_RUNNING';
  if (refused) return 'BATCH_STATE_FAILED';
  if (isCanceled) return 'BATCH_STATE_CANCELLED';
  return ending ? `BATCH_STATE_${ending.toUpperCase()}` : 'BATCH_STATE_SUCCEEDED';
}
