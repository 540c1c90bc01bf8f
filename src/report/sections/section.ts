import type { Block } from '../page/blocks.ts';
import type { ReportContent } from '../report-content.ts';
import type { DatasetVerdict } from '../verdict/dataset-verdict.ts';

/** A part of the report: pure, from what was measured to blocks; no blocks, no section. */
export interface Section {
  /** Anchor in the page. */
  id: string;
  title: string;
  blocks(content: ReportContent): Block[] | Promise<Block[]>;
}

/** Blocks for each data set, under its name where there are several. */
export async function perDataset(
  { datasets }: ReportContent,
  blocksOf: (dataset: DatasetVerdict) => Block[] | Promise<Block[]>,
): Promise<Block[]> {
  const parts: Block[] = [];
  for (const dataset of datasets) {
    const blocks = await blocksOf(dataset);
    if (blocks.length === 0) continue;
    if (datasets.length > 1) parts.push({ kind: 'heading', text: dataset.report.name });
    parts.push(...blocks);
  }
  return parts;
}

/** `gpt-4.1, qdebias` */
export const columnName = ({ provider, prompt }: { provider: string; prompt: string }): string =>
  `${provider}, ${prompt}`;
