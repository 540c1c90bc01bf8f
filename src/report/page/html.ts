import type { Block, Cell, TableBlock } from './blocks.ts';
import { STYLE } from './style.ts';
import { escapeHtml, textHtml } from './text-html.ts';

/** A section with its blocks made. */
export interface MadeSection {
  id: string;
  title: string;
  blocks: readonly Block[];
}

/** One self-contained page: no script, no request. */
export function renderPage(
  title: string,
  subtitle: string,
  sections: readonly MadeSection[],
): string {
  const links = sections.map(({ id, title }) => `<li><a href="#${id}">${textHtml(title)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${textHtml(title)}</h1>
<p>${textHtml(subtitle)}</p>
<nav aria-label="Sections"><ul>${links.join('')}</ul></nav>
</header>
<main>
${sections.map(sectionHtml).join('\n')}
</main>
</body>
</html>
`;
}

const sectionHtml = ({ id, title, blocks }: MadeSection): string =>
  `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${textHtml(title)}</h2>
${inRows(blocks)}
</section>`;

/** Figures and pictures that follow each other stand side by side where there is room. */
function inRows(blocks: readonly Block[]): string {
  const parts: string[] = [];
  let row: string[] = [];
  const close = () => {
    if (row.length > 0) parts.push(`<div class="row">${row.join('')}</div>`);
    row = [];
  };
  for (const block of blocks) {
    if (block.kind === 'figure' || block.kind === 'picture') {
      row.push(blockHtml(block));
    } else {
      close();
      parts.push(blockHtml(block));
    }
  }
  close();
  return parts.join('\n');
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h3>${textHtml(block.text)}</h3>`;
    case 'text':
      return `<p>${textHtml(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${textHtml(item)}</li>`).join('')}</ul>`;
    case 'table':
      return tableHtml(block);
    case 'figure':
      return `<figure><div class="wide" role="region" aria-label="plot" tabindex="0"><div role="img" aria-label="${escapeHtml(block.label)}">${block.svg}</div></div><figcaption>${textHtml(block.caption)}</figcaption></figure>`;
    case 'picture':
      return typeof block.data === 'string'
        ? `<figure class="picture${block.isSmall ? ' small' : ''}"><img src="${escapeHtml(block.data)}" alt="${escapeHtml(block.caption)}" loading="lazy"><figcaption>${textHtml(block.caption)}</figcaption></figure>`
        : `<figure class="picture${block.isSmall ? ' small' : ''}"><p class="absent">No contact sheet: ${textHtml(block.data.problem)}</p><figcaption>${textHtml(block.caption)}</figcaption></figure>`;
    case 'code':
      return `<details><summary>${textHtml(block.summary)}</summary><pre><code>${textHtml(block.text)}</code></pre></details>`;
  }
}

/** A table that is too wide scrolls, and can be reached and scrolled by keyboard. */
function tableHtml({ caption, head, rows, align }: TableBlock): string {
  const kind = (index: number) => (align[index] === 'r' ? ' class="number"' : '');
  const headCells = head.map(
    (text, index) => `<th scope="col"${kind(index)}>${textHtml(text)}</th>`,
  );
  const bodyRows = rows.map(
    (row) =>
      `<tr>${row
        .map((cell, index) =>
          index === 0
            ? `<th scope="row">${cellHtml(cell)}</th>`
            : `<td${kind(index)}>${cellHtml(align[index] === 'r' ? unbroken(cell) : cell)}</td>`,
        )
        .join('')}</tr>`,
  );
  const label = escapeHtml(caption);
  return `<p class="caption" aria-hidden="true">${textHtml(caption)}</p><div class="wide" role="region" aria-label="${label}" tabindex="0"><table aria-label="${label}"><thead><tr>${headCells.join('')}</tr></thead><tbody>${bodyRows.join('\n')}</tbody></table></div>`;
}

/** In a narrow column numbers break before their interval, and nowhere else. */
function unbroken(cell: Cell): Cell {
  if (typeof cell !== 'string') return { ...cell, text: unbroken(cell.text) as string };
  const parts = cell.split(/ (?=[[(]|\+ )/);
  return parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' ');
}

const cellHtml = (cell: Cell): string =>
  typeof cell === 'string'
    ? textHtml(cell)
    : `<span class="${cell.tone}">${textHtml(cell.text)}</span>`;
