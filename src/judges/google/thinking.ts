import type { ThinkingConfig } from '@google/genai';
import { ConfigError } from '../../common/config-error.ts';
import type { Effort } from '../capabilities.ts';
import type { JudgeOptions } from '../judge-options.ts';
import { type ThinkingForm, thinkingForm } from './gemini-model.ts';

/** How much a model is told to think: as a request has it, and as an answer tells it. */
export interface Thinking {
  /** Left out: the model is told nothing. */
  config?: { thinkingBudget: number } | { thinkingLevel: Level };
  /** `none`, `low`, `128 tokens`; left out where the model is told nothing. */
  effort?: string;
  /** Whether thoughts may come, which count towards the limit of a reply. */
  mayThink: boolean;
}

const LEVELS = ['minimal', 'low', 'medium', 'high'] as const;
type Level = Uppercase<(typeof LEVELS)[number]>;

/** In tokens, as Google reads OpenAI's efforts: https://ai.google.dev/gemini-api/docs/openai#thinking. */
const BUDGETS = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24_576 } as const;

/** The model decides. */
const DYNAMIC = -1;

/** All models of Gemini 3 know it. */
const DEFAULT_LEVEL = 'low';

/**
 * How much a model is told to think. It is always said where the model can be told, since what Google does
 * otherwise differs between models and changes: as little as its generation allows (Gemini 2.5), or `low`
 * (Gemini 3 and later), unless it is configured. One word needs no more.
 *
 * @throws ConfigError what is configured does not exist for the model
 */
export function thinkingOf(
  judgeId: string,
  model: string,
  options: Pick<JudgeOptions, 'effort' | 'thinkingBudget'>,
): Thinking {
  const { effort, thinkingBudget } = options;
  const refuse = (what: string): never => {
    throw new ConfigError(`judge: "${judgeId}": judgeOptions.${what}`);
  };
  if (effort !== undefined && thinkingBudget !== undefined) {
    return refuse(
      `effort ("${effort}") and thinkingBudget (${thinkingBudget}) say the same; set one`,
    );
  }
  const form = thinkingForm(model);
  if (thinkingBudget !== undefined) {
    if (form?.by === 'nothing')
      return refuse(`thinkingBudget: this model does not think; remove it`);
    if (form?.by === 'budget' && thinkingBudget !== DYNAMIC && thinkingBudget < form.least) {
      return refuse(
        `thinkingBudget: this model thinks with ${form.least} tokens at least (found ${thinkingBudget}), or with -1 as much as it likes`,
      );
    }
    if (form?.by === 'level' && !form.canStop && thinkingBudget === 0) {
      return refuse(`thinkingBudget: this model always thinks (found 0); set a number of tokens`);
    }
    return byBudget(thinkingBudget);
  }
  if (effort === undefined) return usual(form);
  if (form?.by === 'nothing') return refuse(`effort: this model does not think; remove it`);
  if (form?.by === 'budget') {
    const budget = isKnown(BUDGETS, effort) ? BUDGETS[effort] : undefined;
    if (budget === undefined || budget < form.least) {
      const known = Object.keys(BUDGETS).slice(form.least === 0 ? 0 : 1);
      return refuse(`effort: this model knows ${known.join(', ')} (found "${effort}")`);
    }
    return { ...byBudget(budget), effort };
  }
  if (effort === 'none' && form?.by === 'level' && form.canStop) return byBudget(0);
  return isLevel(effort)
    ? byLevel(effort)
    : refuse(
        `effort: this model knows ${form?.by === 'level' && form.canStop ? 'none, ' : ''}${LEVELS.join(', ')} (found "${effort}"), or set thinkingBudget to a number of tokens`,
      );
}

function usual(form: ThinkingForm | undefined): Thinking {
  switch (form?.by) {
    case 'nothing':
      return { mayThink: false };
    case 'budget':
      return byBudget(form.least);
    case 'level':
      return byLevel(DEFAULT_LEVEL);
    default:
      return { mayThink: true };
  }
}

const byBudget = (thinkingBudget: number): Thinking => ({
  config: { thinkingBudget },
  effort:
    thinkingBudget === 0
      ? 'none'
      : thinkingBudget === DYNAMIC
        ? 'as much as the model likes'
        : `${thinkingBudget} tokens`,
  mayThink: thinkingBudget !== 0,
});

const byLevel = (level: (typeof LEVELS)[number]): Thinking => ({
  config: { thinkingLevel: level.toUpperCase() as Level },
  effort: level,
  mayThink: true,
});

const isLevel = (effort: Effort): effort is (typeof LEVELS)[number] =>
  LEVELS.some((level) => level === effort);

const isKnown = <Table extends object>(table: Table, name: PropertyKey): name is keyof Table =>
  Object.hasOwn(table, name);

/** Most thoughts of a reply, in tokens; undefined where the model decides. */
export const mostThoughts = ({ config }: Thinking): number | undefined =>
  config && 'thinkingBudget' in config && config.thinkingBudget > 0
    ? config.thinkingBudget
    : undefined;

/** For the SDK's types, whose levels are an enum. */
export const thinkingConfig = ({ config }: Thinking): { thinkingConfig?: ThinkingConfig } =>
  config ? { thinkingConfig: config as ThinkingConfig } : {};
