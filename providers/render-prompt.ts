import nunjucks from 'nunjucks';

/**
 * Renders a prompt file's template variables with one row's vars, as promptfoo does before it calls
 * a provider: every string of the JSON text by itself, without HTML escaping. A correlation row needs
 * this for rows that were not scored in this process.
 */
export function renderPrompt(
  template: string,
  vars: Record<string, unknown>,
  filters: Record<string, (...args: never[]) => unknown> = {},
): string {
  if (!/\{\{|\{%/.test(template)) return template;
  const environment = new nunjucks.Environment(null, { autoescape: false });
  for (const [name, filter] of Object.entries(filters)) {
    environment.addFilter(name, filter as (...args: unknown[]) => unknown);
  }
  const globals = { ...vars, env: process.env };
  return JSON.stringify(JSON.parse(template), (_key, value) =>
    typeof value === 'string' ? environment.renderString(value, globals) : value,
  );
}
