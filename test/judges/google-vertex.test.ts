import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGoogleJudge } from '../../src/judges/google.ts';
import { picture } from '../images/pictures.ts';
import { errorBody, type GoogleServer, startGoogleServer } from '../servers/google.ts';
import { ACCESS_TOKEN, startMetadataServer } from '../servers/metadata.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const quality = qualityQuestion([judgeImage('query', picture(40, 30))]);
const vertex = { project: 'my-project', location: 'europe-west4' };

let close: (() => Promise<void>)[] = [];
beforeEach(() => {
  // Credentials of whoever runs the tests are not used.
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  vi.stubEnv('CLOUDSDK_CONFIG', mkdtempSync(join(tmpdir(), 'no-credentials-')));
  vi.stubEnv('GEMINI_API_KEY', 'a-key-of-ai-studio');
});
afterEach(async () => {
  await Promise.all(close.map((each) => each()));
  close = [];
  vi.unstubAllEnvs();
});

async function setUp(options: Parameters<typeof startGoogleServer>[0] = {}) {
  const server: GoogleServer = await startGoogleServer(options);
  close.push(server.close);
  return server;
}

const judgeAt = (server: GoogleServer, options: object = {}, model = 'gemini-2.5-flash') =>
  createGoogleJudge(model, judgeOptions({ baseUrl: server.url, vertex, ...options }));

describe('a judge on Vertex AI', () => {
  // First, since the library remembers where it has found credentials.
  it('without credentials says how to get some, and asks nothing', async () => {
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    const server = await setUp();
    const judge = judgeAt(server);
    const told =
      /^judge google:gemini-2\.5-flash: no access to http:.* \(Could not load the default credentials\..*gcloud auth application-default login.*nothing more is asked/;
    expect(await judge.whyNotReady?.()).toMatch(told);
    await expect(judge.ask(quality, {})).rejects.toThrow(told);
    await expect(judge.ask(quality, {})).rejects.toThrow(told);
    expect(server.requests).toEqual([]);
  });

  it('reads token probabilities, by application-default credentials, in the project and location that are configured', async () => {
    const metadata = await startMetadataServer();
    close.push(metadata.close);
    vi.stubEnv('GCE_METADATA_HOST', metadata.host);
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'another-project');
    expect(await judgeAt(await setUp()).whyNotReady?.()).toBeUndefined();
    const printed = vi.spyOn(console, 'debug');
    const server = await setUp({ probability: () => 0.7 });
    const answer = await judgeAt(server).ask(quality, {});
    expect(printed).not.toHaveBeenCalled();
    expect(answer).toMatchObject({ source: 'logprobs', asked: { probabilities: 'auto' } });
    expect(answer.probabilities?.[0]).toBeCloseTo(0.7, 9);
    const [request] = server.questions;
    expect(request?.path).toBe(
      '/v1beta1/projects/my-project/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent',
    );
    expect(request?.headers.authorization).toBe(`Bearer ${ACCESS_TOKEN}`);
    expect(JSON.stringify(request?.headers)).not.toContain('a-key-of-ai-studio');
  });

  it('lets no access token into an error', async () => {
    const metadata = await startMetadataServer();
    close.push(metadata.close);
    vi.stubEnv('GCE_METADATA_HOST', metadata.host);
    const words = `Request had invalid authentication credentials: ${ACCESS_TOKEN}`;
    const server = await setUp({
      reply: () => ({ status: 401, body: errorBody('UNAUTHENTICATED', words) }),
    });
    const error = await judgeAt(server)
      .ask(quality, {})
      .catch((caught: Error) => caught);
    expect(String(error)).toMatch(
      /HTTP 401: Request had invalid authentication credentials: \[.*\]; see that the application-default credentials are valid and may use the project my-project/,
    );
    expect(String(error)).not.toContain(ACCESS_TOKEN);
  });

  it('says of a model that is not there that its location may not have it', async () => {
    const server = await setUp({ fault: () => 'unknown model' });
    await expect(judgeAt(server, { apiKeyEnv: 'GEMINI_API_KEY' }).ask(quality, {})).rejects.toThrow(
      /HTTP 404: .*judgeOptions\.vertex\.location: "europe-west4" may not have this model/,
    );
    // A key that is named takes the place of the credentials.
    expect(server.questions[0]?.headers['x-goog-api-key']).toBe('a-key-of-ai-studio');
  });

  it.each([
    ['global', 'https://aiplatform.googleapis.com'],
    ['us', 'https://aiplatform.us.rep.googleapis.com'],
    ['europe-west4', 'https://europe-west4-aiplatform.googleapis.com'],
  ])('in the location %s is asked at its address', (location, endpoint) => {
    vi.stubEnv('GOOGLE_VERTEX_BASE_URL', '');
    const options = judgeOptions({ vertex: { project: 'p', location } });
    expect(createGoogleJudge('gemini-2.5-flash', options)).toMatchObject({
      access: { endpoint },
      identity: { endpoint, platform: 'vertex' },
    });
  });
});
