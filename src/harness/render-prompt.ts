import nunjucks from 'nunjucks';

type Filters = Record<string, (...args: never[]) => unknown>;

export const hasTemplate = (text: string): boolean => /\{\{|\{%/.test(withoutAnchors(text));

/**
 * What is said of an anchor is filled in for each anchor, long after promptfoo has rendered the prompt:
 * `{{anchor.mos}}`, which it would render as nothing, is `{anchor.mos}` from here on.
 */
const ANCHOR = /\{\{\s*(anchor\.\w+)\s*\}\}/g;

export const withoutAnchors = (text: string): string => text.replace(ANCHOR, '{$1}');

/** Whether a prompt, as it is written, says something of its anchors. */
export const mentionsAnchors = (text: string): boolean => text.search(ANCHOR) >= 0;

/**
 * Renders the template variables of one text of a prompt file with a row's vars, as promptfoo does:
 * nunjucks without HTML escaping, `env` holding the environment. What a var holds is not rendered.
 */
function renderText(template: string, vars: Record<string, unknown>, filters: Filters): string {
  if (!hasTemplate(template)) return template;
  const environment = new nunjucks.Environment(null, { autoescape: false });
  for (const [name, filter] of Object.entries(filters)) {
    environment.addFilter(name, filter as (...args: unknown[]) => unknown);
  }
  return environment.renderString(template, { ...vars, env: process.env });
}

/**
 * Renders a prompt file, every string of its JSON text by itself. promptfoo hands image rows their
 * prompt rendered; a correlation row needs this for rows that were not scored in this process.
 */
export function renderPrompt(
  written: string,
  vars: Record<string, unknown>,
  filters: Filters = {},
): string {
  const template = withoutAnchors(written);
  if (!hasTemplate(template)) return template;
  return JSON.stringify(JSON.parse(template), (_key, value) =>
    typeof value === 'string' ? renderText(value, vars, filters) : value,
  );
}
