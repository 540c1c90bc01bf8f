import type { Block, Cell, TableBlock } from './blocks.ts';
import type { MadeSection } from './html.ts';

/** The report as Markdown, without pictures: for a CI's step summary and for pull requests. */
export function renderMarkdown(
  title: string,
  subtitle: string,
  sections: readonly MadeSection[],
): string {
  const parts = sections.flatMap(({ title, blocks }) => {
    const shown = blocks.map(blockMarkdown).filter((text) => text !== '');
    return shown.length > 0 ? [`## ${escapeMarkdown(title)}`, ...shown] : [];
  });
  return `${[`# ${escapeMarkdown(title)}`, escapeMarkdown(subtitle), ...parts].join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `### ${escapeMarkdown(block.text)}`;
    case 'text':
      return escapeMarkdown(block.text);
    case 'list':
      return block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');
    case 'table':
      return tableMarkdown(block);
    case 'picture':
      return `- ${escapeMarkdown(block.caption)}`;
    case 'figure':
    case 'code':
      return '';
  }
}

function tableMarkdown({ caption, head, rows, align }: TableBlock): string {
  const line = (cells: readonly Cell[]) => `| ${cells.map(cellMarkdown).join(' | ')} |`;
  const rule = head.map((_, index) => (align[index] === 'r' ? '---:' : '---'));
  return `${escapeMarkdown(caption)}\n\n${[line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n')}`;
}

const cellMarkdown = (cell: Cell): string =>
  escapeMarkdown(typeof cell === 'string' ? cell : cell.text);

/**
 * Names of files and models must not become markup, and a `|` would end a cell. Brackets are left where they make no
 * link, picture or definition of one, as in an interval; `&` would begin a character that GitHub reads as if it stood there.
 */
const escapeMarkdown = (text: string): string =>
  text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[\\`*_|<>#~&]|\](?=[([:])/g, (character) => `\\${character}`);
