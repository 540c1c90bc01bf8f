import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError, parseData } from '../../src/common/config-error.ts';

/** What GitHub tells a step of a run: the environment, and the event that began it. */
export interface GitHubRun {
  /** `owner/name`. */
  repository: string;
  /** Of the REST API, without a slash at its end. */
  apiUrl: string;
  /** The page of this run. */
  pageUrl: string;
  commit: string;
  /** Of the pull request that began the run; undefined: something else did. */
  pullRequest: number | undefined;
  event: string;
  ref: string;
  /** undefined: the event does not say it, as GitHub's `schedule` does not. */
  defaultBranch: string | undefined;
}

const environmentSchema = z.object({
  GITHUB_EVENT_PATH: z.string().min(1),
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_REF: z.string().min(1),
  GITHUB_SHA: z.string().min(1),
  // Both become parts of an address.
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  GITHUB_RUN_ID: z.string().regex(/^\d+$/),
  GITHUB_API_URL: z.url({ protocol: /^https?$/ }),
  GITHUB_SERVER_URL: z.url({ protocol: /^https?$/ }),
});

const eventSchema = z.looseObject({
  pull_request: z
    .looseObject({
      number: z.int().positive(),
      head: z.looseObject({ sha: z.string().regex(/^[0-9a-f]+$/) }),
    })
    .nullish(),
  repository: z.looseObject({ default_branch: z.string().min(1).nullish() }).nullish(),
});

/**
 * @throws ConfigError a variable that GitHub sets is not there, or the event is not one of GitHub's
 */
export async function readGitHubRun(environment: NodeJS.ProcessEnv): Promise<GitHubRun> {
  const variables = parseData(environmentSchema, environment, 'the environment of a GitHub run');
  const path = variables.GITHUB_EVENT_PATH;
  const event = parseData(eventSchema, await readJson(path), path);
  const repository = variables.GITHUB_REPOSITORY;
  return {
    repository,
    apiUrl: withoutSlash(variables.GITHUB_API_URL),
    pageUrl: `${withoutSlash(variables.GITHUB_SERVER_URL)}/${repository}/actions/runs/${variables.GITHUB_RUN_ID}`,
    // On a pull request, `GITHUB_SHA` is of a merge that nobody has made.
    commit: event.pull_request?.head.sha ?? variables.GITHUB_SHA,
    pullRequest: event.pull_request?.number,
    event: variables.GITHUB_EVENT_NAME,
    ref: variables.GITHUB_REF,
    defaultBranch: event.repository?.default_branch ?? undefined,
  };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`GITHUB_EVENT_PATH: ${path} cannot be read as JSON: ${reason}`, {
      cause,
    });
  }
}

/**
 * Events whose code is that of the branch in `GITHUB_REF`. `pull_request_target` and `workflow_run` name
 * the default branch there and may run the code of anybody's pull request.
 */
const OF_A_BRANCH = ['push', 'schedule', 'workflow_dispatch', 'repository_dispatch'];

/**
 * Whether what passes in this run may be the baseline of the next: it runs the code of the branch.
 *
 * @param branch undefined: the repository's default branch
 */
export function isOfBranch(run: GitHubRun, branch: string | undefined): boolean {
  if (run.pullRequest !== undefined || !OF_A_BRANCH.includes(run.event)) return false;
  const name = branch ?? run.defaultBranch;
  // GitHub runs schedules on the default branch alone, and does not name it there.
  if (name === undefined) return run.event === 'schedule';
  return run.ref === `refs/heads/${name}`;
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
