import { z } from 'zod';
import { type LocalServer, type ServerReply, startServer } from './server.ts';

export interface Comment {
  id: number;
  body: string;
  user: { login: string; type: 'Bot' | 'User' };
}

export interface GitHubServer extends LocalServer {
  comments: Comment[];
}

const OF_PULL_REQUEST = '/repos/acme/photos/issues/7/comments';

const bodySchema = z.object({ body: z.string() });

/**
 * The part of GitHub's REST interface that a comment on a pull request takes, for repository `acme/photos` and
 * pull request 7.
 *
 * @param user whose token every request is taken to have; an app's may not ask for its user
 * @param mayWrite whether it may write comments, as in a run of a fork it may not
 */
export async function startGitHubServer({
  user = { login: 'github-actions[bot]', type: 'Bot' },
  mayWrite = true,
  comments = [],
}: {
  user?: Comment['user'];
  mayWrite?: boolean;
  comments?: Comment[];
} = {}): Promise<GitHubServer> {
  const server = await startServer(({ method, path, body }): ServerReply => {
    const url = new URL(path, 'http://github.test');
    const what = `${method} ${url.pathname}`;
    if (what === 'GET /user') return user.type === 'Bot' ? REFUSED : { status: 200, body: user };
    if (what === `GET ${OF_PULL_REQUEST}`) {
      const size = Number(url.searchParams.get('per_page') ?? 30);
      const start = (Number(url.searchParams.get('page') ?? 1) - 1) * size;
      return { status: 200, body: comments.slice(start, start + size) };
    }
    if (!mayWrite) return REFUSED;
    const text = bodySchema.parse(body).body;
    const existing = comments.find(
      ({ id }) => what === `PATCH /repos/acme/photos/issues/comments/${id}`,
    );
    if (existing) {
      existing.body = text;
      return { status: 200, body: existing };
    }
    if (what === `POST ${OF_PULL_REQUEST}`) {
      const comment = { id: 1000 + comments.length, body: text, user };
      comments.push(comment);
      return { status: 201, body: comment };
    }
    return { status: 404, body: { message: 'Not Found' } };
  });
  return { ...server, comments };
}

const REFUSED: ServerReply = {
  status: 403,
  body: { message: 'Resource not accessible by integration', status: '403' },
};
