import type { DatasetReport, Estimate, Report } from '../report-schema.ts';
import { imagesOf } from '../sections/entry-cells.ts';
import { bySrcc, truthOf } from '../sections/leaderboard.ts';
import { columnName } from '../sections/section.ts';

/**
 * The leaderboard as LaTeX, a `table` for each data set; it needs the package `booktabs`. Names from outside
 * are text: characters that mean something to LaTeX are escaped.
 */
export function leaderboardTex({ datasets, bootstrap, generator }: Report): string {
  const { confidence, draws } = bootstrap;
  const about = `${Number((confidence * 100).toFixed(4))} % bootstrap intervals, ${draws} draws`;
  return [
    `% ${generator.name} ${generator.version}: ${about}. Needs \\usepackage{booktabs}.\n`,
    ...datasets.map((dataset) => tableOf(dataset, about)),
  ].join('\n');
}

function tableOf(dataset: DatasetReport, about: string): string {
  const rows = bySrcc(dataset.entries).map((entry) =>
    [
      escapeTex(columnName(entry)),
      correlationTex(entry.SRCC),
      correlationTex(entry.KRCC),
      correlationTex(entry.PLCC),
      correlationTex(entry.mapping.PLCC),
      numbersTex(entry.mapping.RMSE, threeDigits),
      escapeTex(imagesOf(entry)),
    ].join(' & '),
  );
  const caption = `${dataset.name}: agreement of scores with ${truthOf(dataset)}; ${about}. KRCC is tau-b; mapped and RMSE after a 4-parameter logistic.`;
  return `\\begin{table}
\\centering
\\caption{${escapeTex(caption)}}
\\begin{tabular}{lrrrrrr}
\\toprule
model, prompt & SRCC & KRCC & PLCC raw & PLCC mapped & RMSE & images \\\\
\\midrule
${rows.map((row) => `${row} \\\\`).join('\n')}
\\bottomrule
\\end{tabular}
\\end{table}
`;
}

const correlationTex = (estimate: Estimate) => numbersTex(estimate, (value) => value.toFixed(3));

/** `1.25`, `5.87\times10^{-7}` */
const threeDigits = (value: number) =>
  value.toPrecision(3).replace(/e\+?(-?\d+)$/, '\\times10^{$1}');

/** `$0.714$ $[0.662, 0.758]$`, as far as it exists. */
function numbersTex({ estimate, low, high }: Estimate, show: (value: number) => string): string {
  if (estimate === null) return '--';
  const interval =
    low === null || high === null ? '' : ` {\\footnotesize $[${show(low)}, ${show(high)}]$}`;
  return `$${show(estimate)}$${interval}`;
}

const ESCAPED: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
};

/** Text that LaTeX sets as it is. Control characters, line breaks among them, become spaces. */
export const escapeTex = (text: string): string =>
  text
    .replaceAll(/[\\{}$&#%_^~<>|]/g, (character) => ESCAPED[character]!)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
