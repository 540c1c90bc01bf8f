import { differenceText, estimateText, pValueText } from '../page/format.ts';
import type { History, HistoryDrop, HistorySeries } from './history-schema.ts';
import { seriesName } from './series.ts';

/**
 * What the newest run of each series says of a drop, metric by metric. A drop is a metric that is lower than in the
 * nearest earlier run that is comparable, where the corrected p-value is at most 1 - confidence. What cannot be held
 * against an earlier run is not judged, and neither is a file that may have held a run and cannot be read.
 */
export function findDrops(history: Omit<History, 'drops'>): HistoryDrop[] {
  const { series, leftOut } = history;
  const broken = leftOut.filter(({ isBroken }) => isBroken);
  return [
    ...series.flatMap((one) => dropsOf(one, history)),
    ...(series.length === 0
      ? [{ kind: 'not judged' as const, reason: 'there is no run to look at' }]
      : []),
    ...broken.map(({ file, reason }) => ({
      kind: 'not judged' as const,
      reason: `${file}: ${reason}`,
    })),
  ];
}

function dropsOf(
  series: HistorySeries,
  { runs, metrics }: Pick<History, 'runs' | 'metrics'>,
): HistoryDrop[] {
  const newest = series.points.at(-1);
  const nameOf = (run: number) => runs[run]?.name ?? '';
  if (!newest) return [];
  const where = `${series.dataset}: ${seriesName(series)}`;
  const last = runs.length - 1;
  const isGone = newest.run < last;
  const on = `on ${nameOf(newest.run)}${isGone ? ` (its last: the run of ${nameOf(last)} does not have it)` : ''}`;
  if (newest.problem !== undefined) {
    return [{ kind: 'not judged', reason: `${where}: ${on}: ${newest.problem}` }];
  }
  return metrics.map((metric): HistoryDrop => {
    const step = series.steps.find((one) => one.metric === metric && one.run === newest.run);
    const value = newest.values.find((one) => one.metric === metric);
    const measured = `${where}: ${metric} ${value ? estimateText(value) : ''} ${on}`;
    if (!step || step.verdict === null || step.against === null) {
      const [nearest] = step?.notComparable ?? [];
      const because = value?.problem ?? step?.problem ?? 'nothing was tested';
      const differs = nearest ? ` (${nearest.differences.join('; ')})` : '';
      return { kind: 'not judged', reason: `${measured}: ${because}${differs}` };
    }
    const change = `${differenceText(step)} against ${nameOf(step.against)}, p ${pValueText(step.holmPValue)}`;
    return step.verdict === 'loss'
      ? { kind: 'drop', reason: `${measured}, ${change}: it fell` }
      : {
          kind: 'none',
          reason: `${measured}, ${change}: ${step.verdict === 'gain' ? 'it rose' : 'no change shown'}`,
        };
  });
}
