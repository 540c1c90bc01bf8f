import { resolve } from 'node:path';
import nunjucks from 'nunjucks';
import { hasTemplate } from '../harness/render-prompt.ts';
import { imageName } from '../images/image-name.ts';

/** What the parser of nunjucks makes of a template; its package has no types for it. */
interface Node {
  typename: string;
  findAll(type: unknown): Node[];
  value?: unknown;
  val?: Node;
}
const { parser, nodes } = nunjucks as unknown as {
  parser: { parse(template: string): Node };
  nodes: { Node: unknown };
};

/** What a template may be made of, as nunjucks calls it: texts, vars and what is worked out of them. */
const ALLOWED = new Set(
  `Root NodeList Output TemplateData Literal Symbol LookupVal Filter Group InlineIf Compare CompareOperand
   Add Sub Mul Div FloorDiv Mod Pow Concat Neg Pos Not And Or In Array Dict Pair KeywordArgs`.split(
    /\s+/,
  ),
);

/** Names by which a template reaches beyond its vars. */
const BEYOND = new Set(['constructor', 'prototype', '__proto__']);

/**
 * Fills in the `image` of a row that was written by hand. Its template may mention the row's vars and
 * the filters of nunjucks. It calls nothing, and the environment is none of its vars: promptfoo has filled
 * that in where the configuration mentions it, and a table of tests that promptfoo reads is no
 * configuration.
 *
 * @throws Error what in the template is not filled in
 */
export function renderImage(image: string, vars: Record<string, unknown>): string {
  if (!hasTemplate(image)) return image;
  const where = `vars.image "${imageName(image)}"`;
  try {
    refuseBeyond(parser.parse(image));
    const environment = new nunjucks.Environment(null, {
      autoescape: false,
      throwOnUndefined: true,
    });
    return environment.renderString(image, vars);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/\s+/g, ' ').trim() : cause;
    throw new Error(
      `${where}: this template cannot be filled in (${reason}); it may mention the row's other vars`,
    );
  }
}

/** Where the image of a row is that was written by hand. */
export function imageSource(
  image: string,
  vars: Record<string, unknown>,
  basePath: string,
): string {
  const source = renderImage(image, vars);
  const relative = /^file:\/\/(?!\/)(?<path>.*)$/.exec(source)?.groups?.path;
  return relative === undefined ? source : resolve(basePath, relative);
}

function refuseBeyond(template: Node): void {
  const all = [template, ...template.findAll(nodes.Node)];
  const other = all.find(({ typename }) => !ALLOWED.has(typename));
  if (other) throw new Error(`${other.typename} is not filled in`);
  for (const { typename, value, val } of all) {
    if (typename === 'Symbol' && value === 'env') {
      throw new Error(
        'the environment is filled in in the configuration alone, and where it is set',
      );
    }
    const name = typename === 'LookupVal' ? val : { typename: 'Literal', value };
    if (name?.typename !== 'Literal' || BEYOND.has(String(name.value))) {
      throw new Error('a name in it cannot be looked up');
    }
  }
}
