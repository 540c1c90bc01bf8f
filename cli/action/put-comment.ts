import { z } from 'zod';
import { markerOf } from './comment-text.ts';
import type { GitHubRun } from './github-run.ts';

const PER_PAGE = 100;
const TIMEOUT_MS = 30_000;

const commentsSchema = z.array(
  z.looseObject({
    id: z.int().positive(),
    body: z.string().nullish(),
    user: z.looseObject({ login: z.string(), type: z.string() }).nullish(),
  }),
);
const userSchema = z.looseObject({ login: z.string() });
const messageSchema = z.looseObject({ message: z.string() });

/** GitHub has refused a request, or could not be asked. */
export class GitHubError extends Error {}

/**
 * Writes a comment on the pull request of a run, or replaces the one that an earlier run has written.
 *
 * An earlier one is known by its marker and by its author: the token's own user, or any app where the token is an
 * app's, which GitHub does not name (the token of a workflow is one). A person's comment is never replaced.
 *
 * @returns which of both was done
 * @throws GitHubError in GitHub's words
 */
export async function putComment({
  run,
  pullRequest,
  name,
  text,
  token,
}: {
  run: GitHubRun;
  pullRequest: number;
  name: string;
  text: string;
  token: string;
}): Promise<'written' | 'replaced'> {
  const ask = asker(run.apiUrl, token);
  const ofRepository = `/repos/${run.repository}/issues`;
  const login = await ownLogin(ask);
  const isOwn = (user: { login: string; type: string } | null | undefined): boolean =>
    login === undefined ? user?.type === 'Bot' : user?.login === login;
  for (let page = 1; ; page++) {
    const path = `${ofRepository}/${pullRequest}/comments?per_page=${PER_PAGE}&page=${page}`;
    const comments = await ask('GET', path, commentsSchema);
    const earlier = comments.find(
      ({ body, user }) => body?.startsWith(markerOf(name)) && isOwn(user),
    );
    if (earlier) {
      await ask('PATCH', `${ofRepository}/comments/${earlier.id}`, z.unknown(), { body: text });
      return 'replaced';
    }
    if (comments.length < PER_PAGE) break;
  }
  await ask('POST', `${ofRepository}/${pullRequest}/comments`, z.unknown(), { body: text });
  return 'written';
}

type Ask = <Answer>(
  method: string,
  path: string,
  schema: z.ZodType<Answer>,
  body?: object,
) => Promise<Answer>;

/** The user whose token it is; undefined: an app's token, which may not ask. */
async function ownLogin(ask: Ask): Promise<string | undefined> {
  try {
    return (await ask('GET', '/user', userSchema)).login;
  } catch (error) {
    if (error instanceof GitHubError && error.message.startsWith('403')) return undefined;
    throw error;
  }
}

const asker =
  (apiUrl: string, token: string): Ask =>
  async (method, path, schema, body) => {
    const { status, ok, text } = await sent(`${apiUrl}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'user-agent': 'promptfoo-iqa',
        'x-github-api-version': '2022-11-28',
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new GitHubError(`${apiUrl} could not be asked: ${reasonOf(cause)}`, { cause });
    });
    if (!ok) throw new GitHubError(`${status} ${messageIn(text)}`);
    const answer = schema.safeParse(jsonIn(text));
    if (answer.success) return answer.data;
    throw new GitHubError(
      `${apiUrl} answered ${method} ${path} with something that is not GitHub's`,
    );
  };

/** An answer with all of its text: the connection may end in the middle of it. */
async function sent(url: string, request: RequestInit) {
  const response = await fetch(url, request);
  return { status: response.status, ok: response.ok, text: await response.text() };
}

/** undefined: it is not JSON. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` says what went wrong in its error's cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

const messageIn = (text: string): string =>
  messageSchema.safeParse(jsonIn(text)).data?.message ?? 'without a message';
