import { describe, expect, it, onTestFinished } from 'vitest';
import { commentText, markerOf } from '../../cli/action/comment-text.ts';
import { type GitHubRun, isOfBranch, readGitHubRun } from '../../cli/action/github-run.ts';
import { GitHubError, putComment } from '../../cli/action/put-comment.ts';
import { tree } from '../datasets/trees.ts';
import { startGitHubServer } from '../servers/github.ts';
import { startServer } from '../servers/server.ts';

const RUN: GitHubRun = {
  repository: 'acme/photos',
  apiUrl: 'https://api.github.test',
  pageUrl: 'https://github.test/acme/photos/actions/runs/1',
  commit: 'c0ffee00c0ffee00',
  pullRequest: undefined,
  event: 'push',
  ref: 'refs/heads/main',
  defaultBranch: 'main',
};

describe('a run that may make the baseline', () => {
  it.each<[string, Partial<GitHubRun>, string | undefined, boolean]>([
    ['a push to the default branch', {}, undefined, true],
    ['a push to another one', { ref: 'refs/heads/fix' }, undefined, false],
    ['a tag of the same name', { ref: 'refs/tags/main' }, undefined, false],
    ['a push to the branch that was named', { ref: 'refs/heads/release' }, 'release', true],
    ['the default branch where another was named', {}, 'release', false],
    [
      'a schedule, which names no default branch',
      { event: 'schedule', defaultBranch: undefined },
      undefined,
      true,
    ],
    ['a push that names no default branch', { defaultBranch: undefined }, undefined, false],
    [
      'a pull request',
      { event: 'pull_request', pullRequest: 7, ref: 'refs/pull/7/merge' },
      undefined,
      false,
    ],
    [
      "a stranger's pull request under the branch's name",
      { event: 'pull_request_target', pullRequest: 7 },
      undefined,
      false,
    ],
    ['a workflow after one of a stranger', { event: 'workflow_run' }, undefined, false],
  ])('%s: %#', (_, differences, branch, expected) => {
    expect(isOfBranch({ ...RUN, ...differences }, branch)).toBe(expected);
  });
});

describe('what GitHub tells a run', () => {
  const read = async (event: string, variables: Record<string, string> = {}) =>
    readGitHubRun({
      GITHUB_EVENT_PATH: `${await tree({ 'event.json': event })}/event.json`,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: 'feedface',
      GITHUB_REPOSITORY: 'acme/photos',
      GITHUB_RUN_ID: '1',
      GITHUB_API_URL: 'https://github.acme.test/api/v3/',
      GITHUB_SERVER_URL: 'https://github.acme.test/',
      ...variables,
    });

  it('may be an enterprise server, and lack a pull request and a default branch in any way', async () => {
    for (const event of ['{}', '{"pull_request":null,"repository":{"default_branch":null}}']) {
      expect(await read(event)).toMatchObject({
        apiUrl: 'https://github.acme.test/api/v3',
        pageUrl: 'https://github.acme.test/acme/photos/actions/runs/1',
        commit: 'feedface',
        pullRequest: undefined,
        defaultBranch: undefined,
      });
    }
  });

  it.each([
    ['an event that is not JSON', 'x', {}, /GITHUB_EVENT_PATH: .*event\.json cannot be read/],
    ['a repository that leads elsewhere', '{}', { GITHUB_REPOSITORY: 'a/../b' }, /GITHUB_REPO/],
    ['a commit that is Markdown', '{"pull_request":{"number":1,"head":{"sha":"](x)"}}}', {}, /sha/],
  ])('is refused with %s', async (_, event, variables, message) => {
    await expect(read(event, variables)).rejects.toThrow(message);
  });
});

describe('a comment', () => {
  const about = {
    name: 'gate',
    verdict: 'failed',
    commit: RUN.commit,
    pageUrl: RUN.pageUrl,
  } as const;

  it('calls nobody whose name is in a file or a model', () => {
    expect(commentText({ ...about, measured: 'model @octocat' })).toContain('@<!-- -->octocat');
  });

  it('names no issue whose number is in an error or a file', () => {
    const text = commentText({ ...about, measured: 'acme/x\\#12 and gh-7 and #7' });
    expect(text).toContain('acme/x\\#<!-- -->12 and gh-<!-- -->7 and #<!-- -->7');
  });

  it('is at most as long as GitHub takes, cut between lines, and says so', () => {
    const line = `${'x'.repeat(99)}\n`;
    const text = commentText({ ...about, measured: line.repeat(1000) });
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text.length).toBeGreaterThan(65_000);
    expect(text).toMatch(
      /x{99}\n\nThe rest does not fit into a comment; the report has all of it\.\n$/,
    );
    expect(
      text
        .split('\n')
        .filter((each) => /^x+$/.test(each))
        .every((each) => each.length === 99),
    ).toBe(true);
  });

  it('is found by its first line, whatever the name', () => {
    expect(markerOf('a --> b')).toBe('<!-- promptfoo-iqa: a%20--%3E%20b -->');
    expect(commentText({ ...about, measured: undefined }).split('\n')[0]).toBe(
      '<!-- promptfoo-iqa: gate -->',
    );
  });
});

describe('writing a comment', () => {
  const put = (apiUrl: string) =>
    putComment({
      run: { ...RUN, apiUrl },
      pullRequest: 7,
      name: 'gate',
      text: `${markerOf('gate')}\n\nnew`,
      token: 'token',
    });

  it('finds its own among hundreds', async () => {
    const user = { login: 'github-actions[bot]', type: 'Bot' } as const;
    const others = Array.from({ length: 250 }, (_, index) => ({ id: index + 1, body: 'x', user }));
    const own = { id: 999, body: `${markerOf('gate')}\n\nold`, user };
    const github = await startGitHubServer({ comments: [...others, own] });
    onTestFinished(() => github.close());
    expect(await put(github.url)).toBe('replaced');
    expect(own.body).toContain('new');
    expect(github.comments).toHaveLength(251);
  });

  it.each([
    ['a list of something else', 200, [{ number: 1 }]],
    ['no list', 200, { items: [] }],
    ['no JSON', 200, '<html>'],
    ['a gateway of its own trouble', 502, '<html>'],
    ['no page', 404, { message: 'Not Found' }],
  ])('takes %s for a refusal that is told', async (_, status, body) => {
    const server = await startServer(({ path }) =>
      path === '/user' ? { status: 403, body: { message: 'no' } } : { status, body },
    );
    onTestFinished(() => server.close());
    await expect(put(server.url)).rejects.toBeInstanceOf(GitHubError);
  });
});
